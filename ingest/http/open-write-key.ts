import type { WriteKey } from '../../src/keys/access-key.ts'
import type { KeyRing } from '../../src/keys/key-ring.ts'
import { refusal } from './refusals.ts'

/**
 * The write key that a secret opens. Throws `unauthorised` where it opens none, or one that is for something else, and
 * `graph_…` where nobody can tell.
 */
export async function openWriteKey(keys: KeyRing, secret: string): Promise<WriteKey> {
  const key = await keys.find(secret)
  if (key?.use !== 'write') throw refusal('unauthorised')
  return key
}

/** The user of Basic authentication, which is where libraries put the write key; undefined without the header. */
export function basicUser(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/=_-]*) *$/i.exec(authorization) ?? []
  return Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0]
}
