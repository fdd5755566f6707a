import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { identifierKey } from './keys.ts'
import type { Policy } from './policy.ts'
import type { Identifier } from './types.ts'

/** Why a value is not an identifier. Counted by these words; none of them carries the value. */
export type NotAnIdentifier =
  | 'unknown_kind'
  | 'empty'
  | 'too_long'
  | 'not_well_formed'
  | 'not_an_email'
  | 'not_a_phone'
  | 'bad_scope'

/** Longer values are no identifiers; an index key of the store ends at about 8 kB. In UTF-16 units. */
export const MAX_VALUE_LENGTH = 512

export interface NormaliseOptions {
  readonly policy: Policy
  /** The identifier's own scope or the message's source. */
  readonly scope: string
  /** Country of phone numbers without a country code, ISO 3166-1 alpha-2. */
  readonly country: string
}

/** The identifier that a value of a kind names: its key and normal form, or why it is none. */
export function normalise(kind: string, value: string, options: NormaliseOptions): Identifier | NotAnIdentifier {
  const kindPolicy = Object.hasOwn(options.policy.kinds, kind) ? options.policy.kinds[kind] : undefined
  if (kindPolicy === undefined) return 'unknown_kind'
  if (!value.isWellFormed()) return 'not_well_formed'
  const trimmed = value.trim()
  if (trimmed === '') return 'empty'
  if (trimmed.length > MAX_VALUE_LENGTH) return 'too_long'
  if (/\p{Cc}/u.test(trimmed)) return 'not_well_formed'
  const normal = normalForm(kindPolicy.normaliser, trimmed, options)
  if (typeof normal !== 'string') return normal.reason
  if (normal === '') return 'empty'
  // Again: upper case may be longer.
  if (normal.length > MAX_VALUE_LENGTH) return 'too_long'
  if (kindPolicy.account && !isScope(options.scope)) return 'bad_scope'
  const scoped = kindPolicy.account ? `${options.scope}:${normal}` : normal
  return { key: identifierKey(kind, scoped), kind, value: scoped }
}

/** Names of sources, scopes and loads: no colon, no bar, so that keys built from them stay unambiguous. */
export function isScope(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N} _./@+-]{0,127}$/u.test(name)
}

function normalForm(
  normaliser: Policy['kinds'][string]['normaliser'],
  value: string,
  { policy, country }: NormaliseOptions,
): string | { reason: NotAnIdentifier } {
  switch (normaliser) {
    case 'email':
      return emailForm(value, policy.foldEmails) ?? { reason: 'not_an_email' }
    case 'phone':
      return phoneForm(value, country) ?? { reason: 'not_a_phone' }
    case 'card':
      return value
        .replaceAll(/[\s\p{Pd}]/gu, '')
        .toUpperCase()
        .normalize('NFC')
    case 'opaque':
      return value
  }
}

function emailForm(value: string, fold: boolean): string | undefined {
  const lower = value.normalize('NFC').toLowerCase().normalize('NFC')
  if (!/^[^\s@]+@[^\s@]+$/u.test(lower)) return undefined
  if (!fold) return lower
  const at = lower.lastIndexOf('@')
  const local = lower.slice(0, at).replace(/\+.*$/u, '').replaceAll('.', '')
  return local === '' ? undefined : local + lower.slice(at)
}

// Parsing costs some 8 µs; the same numbers come again and again. Emptied when full: an LRU bought nothing.
const PHONE_MEMO_SIZE = 100_000
const phoneMemo = new Map<string, string | undefined>()

function phoneForm(value: string, country: string): string | undefined {
  const memoKey = `${country} ${value}`
  if (phoneMemo.has(memoKey)) return phoneMemo.get(memoKey)
  if (phoneMemo.size >= PHONE_MEMO_SIZE) phoneMemo.clear()
  const form = parsePhone(value, country)
  phoneMemo.set(memoKey, form)
  return form
}

function parsePhone(value: string, country: string): string | undefined {
  // Brackets and dots confuse the strict reading; the lenient one would take the digits before a mistyped letter.
  const dialled = value.replaceAll(/[\s()./\p{Pd}]/gu, '')
  if (!/^\+?\d+$/u.test(dialled) || !isSupportedCountry(country)) return undefined
  // Possible, not valid: numbering plans change faster than libraries, and a wrong prefix still identifies.
  const parsed = parsePhoneNumberFromString(dialled, { defaultCountry: country as CountryCode, extract: false })
  return parsed?.isPossible() ? parsed.number : undefined
}
