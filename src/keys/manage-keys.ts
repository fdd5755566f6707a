import { randomBytes } from 'node:crypto'
import { SelfsameError } from '../errors.ts'
import { type Graph, int } from '../graph/graph.ts'
import { isScope } from '../identity/normalise.ts'
import type { Policy } from '../identity/policy.ts'
import type { Millis } from '../identity/types.ts'
import { type AccessKey, type ApiKey, digestOf, newSecret, type WriteKey } from './access-key.ts'
import { isRole, ROLES } from './roles.ts'

/** What a new key is to allow. */
export type Grant = Omit<ApiKey, 'id'> | Omit<WriteKey, 'id'>

export type ListedKey = AccessKey & { readonly createdAt: Millis; readonly revokedAt: Millis | undefined }

/** A key as the graph holds it. */
export interface StoredKey {
  readonly id: string
  readonly name: string
  readonly role: string | null
  readonly source: string | null
  readonly kinds: readonly string[] | null
  readonly mayWait: boolean | null
}

const LONGEST_NAME = 200

/** Makes a key and answers it with its secret, which is kept nowhere. Throws `key_invalid`. */
export async function createKey(
  { graph, policy }: { graph: Graph; policy: Policy },
  grant: Grant,
): Promise<{ key: AccessKey; secret: string }> {
  checkGrant(grant, policy)
  const { use, ...granted } = grant
  const id = `key_${randomBytes(6).toString('hex')}`
  const secret = newSecret(use)
  const stored = { ...granted, id, digest: digestOf(secret) }
  await graph.write((tx) => tx.run('keys/create-key', { key: stored, at: int(Date.now()) }))
  return { key: { ...grant, id }, secret }
}

/** Every key that was ever made, the oldest first. */
export async function listKeys(graph: Pick<Graph, 'read'>): Promise<ListedKey[]> {
  type Row = StoredKey & { createdAt: number; revokedAt: number | null }
  const rows = await graph.read<Row>('keys/list-keys')
  return rows.flatMap((row) => {
    const key = keyOf(row)
    return key === undefined ? [] : { ...key, createdAt: row.createdAt, revokedAt: row.revokedAt ?? undefined }
  })
}

/** Revokes a key for good: it opens nothing after 5 s, see key-ring.ts. The first time stands. Throws `key_unknown`. */
export async function revokeKey(graph: Graph, id: string): Promise<void> {
  const [revoked] = await graph.write((tx) => tx.run('keys/revoke-key', { id, at: int(Date.now()) }))
  if (revoked !== undefined) return
  throw new SelfsameError('key_unknown', 'there is no key of this id', {
    remedy: '`selfsame keys list` shows the ids; a secret is none',
  })
}

/** Undefined where the graph holds a role that this version does not know: such a key opens nothing. */
export function keyOf({ id, name, role, source, kinds, mayWait }: StoredKey): AccessKey | undefined {
  if (isRole(role)) return { use: 'api', id, name, role }
  if (source === null || kinds === null) return undefined
  return { use: 'write', id, name, source, kinds, mayWait: mayWait ?? false }
}

function checkGrant(grant: Grant, policy: Policy): void {
  const wrong = wrongWith(grant, policy)
  if (wrong !== undefined) throw new SelfsameError('key_invalid', wrong[0], { remedy: wrong[1] })
}

function wrongWith(grant: Grant, policy: Policy): readonly [message: string, remedy: string] | undefined {
  if (grant.name.trim() === '' || grant.name.length > LONGEST_NAME) {
    return [`a key needs a name of up to ${LONGEST_NAME} characters`, 'say who will hold it']
  }
  if (grant.use === 'api') {
    return isRole(grant.role) ? undefined : ['there is no such role', `it is one of ${ROLES.join(', ')}`]
  }
  if (!isScope(grant.source)) {
    return ['this is no name for a source', 'letters, digits and _ . / @ + -, at most 128, a letter or digit first']
  }
  if (grant.kinds.length === 0) return ['a write key claims at least one kind', 'such as --kinds cookie,user_id']
  const unknown = grant.kinds.filter((kind) => !Object.hasOwn(policy.kinds, kind))
  if (unknown.length === 0) return undefined
  return [
    `the policy has no kind ${unknown.join(', ')}`,
    `it has ${Object.keys(policy.kinds).join(', ')}; others are declared under \`kinds\``,
  ]
}
