import { type FileHandle, open, rm } from 'node:fs/promises'
import { SelfsameError } from '../../src/errors.ts'
import type { Refused } from '../apply-batch.ts'
import type { RowOrigin } from './table.ts'

export interface RejectsFile {
  readonly path: string
  write(refused: readonly Refused<RowOrigin>[]): Promise<void>
  close(): Promise<void>
}

/**
 * The file of refused lines, made at the first of them; one that an earlier run left is removed. Readable by its owner
 * alone, for it repeats what the lines say.
 */
export async function openRejects(path: string): Promise<RejectsFile> {
  await rm(path, { force: true })
  let file: FileHandle | undefined
  return {
    path,
    async write(refused) {
      file ??= await open(path, 'wx', 0o600).catch((cause: unknown) => {
        throw new SelfsameError('rejects_unwritable', `the rejects file ${path} cannot be written`, {
          cause,
          remedy: 'name another with --rejects FILE',
        })
      })
      await file.appendFile(refused.map((each) => `${JSON.stringify(lineOf(each))}\n`).join(''))
    },
    close: async () => {
      await file?.sync()
      await file?.close()
    },
  }
}

function lineOf({ origin: { line, original }, letter: { reason, field } }: Refused<RowOrigin>): object {
  return { line, reason, field, ...originalOf(original) }
}

/** As text where it is text, else its bytes in base64. */
function originalOf(original: RowOrigin['original']): object {
  if (typeof original === 'string') return { original: original.toWellFormed() }
  if (!(original instanceof Uint8Array)) return original
  const text = Buffer.from(original).toString('utf8')
  return text.includes('\ufffd') ? { bytes: Buffer.from(original).toString('base64') } : { original: text }
}
