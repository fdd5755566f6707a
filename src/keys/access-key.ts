import { createHash, randomBytes } from 'node:crypto'
import type { Kind } from '../identity/types.ts'
import type { Role } from './roles.ts'

interface Named {
  /** Public: it stands in lists, logs and the audit trail. */
  readonly id: string
  readonly name: string
}

/** Lets a program ask the API as one of the roles. */
export interface ApiKey extends Named {
  readonly use: 'api'
  readonly role: Role
}

/**
 * Lets a program send events of one source. It often stands in a web page for everybody to read, so it claims only
 * identifiers of these kinds: a stranger must not join somebody's e-mail to a cookie by it.
 */
export interface WriteKey extends Named {
  readonly use: 'write'
  readonly source: string
  readonly kinds: readonly Kind[]
  /** Whether who holds it may be told the customer of what it sent. Never for a public key: it would look people up. */
  readonly mayWait: boolean
}

export type AccessKey = ApiKey | WriteKey

const PREFIXES = { api: 'sk', write: 'wk' } as const
const SECRET_BYTES = 32

/** The text of a new key: shown once, never stored. */
export function newSecret(use: AccessKey['use']): string {
  return `${PREFIXES[use]}_${randomBytes(SECRET_BYTES).toString('base64url')}`
}

/** Whether a text is meant as an API key, well written or not. */
export function isMeantAsApiKey(text: string): boolean {
  return text.startsWith(`${PREFIXES.api}_`)
}

/** Whether a text has the form of a key; what has not is no key, and nobody need be asked. */
export function hasKeyForm(text: string): boolean {
  return /^[sw]k_[\w-]{43}$/.test(text)
}

/**
 * What is stored of a key. One round of SHA-256 is right here: slow hashes protect passwords, which can be guessed. 32
 * random bytes cannot, however fast the guesses are tried, and a slow hash would be paid with every request.
 */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
