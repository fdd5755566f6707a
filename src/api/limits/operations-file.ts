import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { SelfsameError } from '../../errors.ts'
import type { Refusal } from './refusal.ts'

/** The operations that may be asked, by their ids; undefined: any. */
export type Operations = ReadonlyMap<string, string> | undefined

const manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.object({ id: z.string(), name: z.string(), type: z.enum(['query', 'mutation']), body: z.string().min(1) }),
  ),
})

/**
 * Reads the list of operations that clients may ask, in the format of Apollo's persisted query manifest. Throws
 * `operations_invalid`, with the place, for a file that is none, or an id that is not the SHA-256 of its body.
 */
export function readOperations(file: string): ReadonlyMap<string, string> {
  const { operations } = parseManifest(file)
  for (const [place, { id, name, body }] of operations.entries()) {
    if (id === operationId(body)) continue
    throw invalid(file, `operations[${place}] (${name}): its id is not the SHA-256 of its body`)
  }
  return new Map(operations.map(({ id, body }) => [id, body]))
}

/** The id of an operation: SHA-256 of its text, hexadecimal. */
export function operationId(body: string): string {
  return hash('sha256', body)
}

function parseManifest(file: string): z.infer<typeof manifest> {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is no JSON' : 'cannot be read'
    throw invalid(file, reason, error)
  }
  const parsed = manifest.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(file, `${z.core.toDotPath(issue?.path ?? []) || 'the file'}: ${issue?.message ?? ''}`)
}

function invalid(file: string, what: string, cause?: unknown): SelfsameError {
  return new SelfsameError('operations_invalid', `the list of operations ${file}: ${what}`, {
    cause,
    remedy: 'make it anew from the client (generate-persisted-query-manifest), or unset SELFSAME_OPERATIONS_FILE',
  })
}

export const NOT_LISTED: Refusal = {
  ...{ code: 'OPERATION_NOT_LISTED', status: 403 },
  message: 'this server answers only the operations of its list',
  remedy: 'add the operation to the list (SELFSAME_OPERATIONS_FILE) and start the server anew',
}
