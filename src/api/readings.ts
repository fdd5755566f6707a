import { type NotAnIdentifier, normalise } from '../identity/normalise.ts'
import type { Policy } from '../identity/policy.ts'
import type { CustomerId, Identifier, Kind } from '../identity/types.ts'

export interface ReadingOptions {
  readonly policy: Policy
  /** The scopes in which accounts of the kind were observed. */
  readonly scopes: readonly string[]
}

/**
 * The identifiers of a kind that a value may name as a person types it, the likeliest first: phone numbers as dialled
 * in any of the policy's countries, accounts with their scope or in each of `scopes`. Else why it can be none.
 */
export function readingsOf(
  kind: Kind,
  value: string,
  { policy, scopes }: ReadingOptions,
): readonly Identifier[] | NotAnIdentifier {
  const account = Object.hasOwn(policy.kinds, kind) && policy.kinds[kind]?.account === true
  const readings = account ? accountReadings(kind, value, { policy, scopes }) : plainReadings(kind, value, policy)
  const identifiers = readings.filter((reading) => typeof reading !== 'string')
  const first = readings[0]
  if (identifiers.length === 0 && typeof first === 'string') return first
  return [...new Map(identifiers.map((identifier) => [identifier.key, identifier])).values()]
}

function accountReadings(kind: Kind, value: string, { policy, scopes }: ReadingOptions) {
  const country = policy.defaultCountry
  const colon = value.indexOf(':')
  const scoped = colon < 0 ? [] : [{ scope: value.slice(0, colon).trim(), local: value.slice(colon + 1) }]
  const anywhere = scopes.map((scope) => ({ scope, local: value }))
  // Where no scope is known, a value may still be none: an empty one, say.
  const unknown = scoped.length + anywhere.length === 0 ? [{ scope: 'unknown', local: value }] : []
  return [...scoped, ...anywhere, ...unknown].map(({ scope, local }) =>
    normalise(kind, local, { policy, scope, country }),
  )
}

function plainReadings(kind: Kind, value: string, policy: Policy) {
  const sources = Object.values(policy.sources)
  const countries = new Set([policy.defaultCountry, ...sources.flatMap(({ country }) => country ?? [])])
  return [...countries].map((country) => normalise(kind, value, { policy, scope: '', country }))
}

/** A pasted text without what came along: quotes, brackets, a name before `<address>`, `mailto:`, `tel:`. */
export function barePaste(text: string): string {
  const bracketed = /<([^<>]+)>\s*$/u.exec(text)?.[1] ?? text
  return bracketed
    .trim()
    .replace(/^["'“‘(]+|["'”’),;]+$/gu, '')
    .replace(/^(?:mailto|tel):/iu, '')
    .trim()
}

/** The id of a customer as a person writes it; by Crockford's rule i and l are read as 1, o as 0. */
export function customerIdOf(text: string): CustomerId | undefined {
  const written = /^c_([0-9a-z]{26})$/.exec(text.trim().toLowerCase())?.[1]
  const id = written?.replaceAll(/[il]/g, '1').replaceAll('o', '0')
  return id === undefined || id.includes('u') ? undefined : (`c_${id}` as CustomerId)
}
