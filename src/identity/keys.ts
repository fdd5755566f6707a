import { bug } from '../errors.ts'
import type { Identifier, IdentifierKey, Kind, PairKey, RecordKey } from './types.ts'

/** The one place where the key of an identifier is made. `value` is the normal form, see normalise.ts. */
export function identifierKey(kind: Kind, value: string): IdentifierKey {
  return `${kind}:${value}` as IdentifierKey
}

/** The identifier a key names. Kinds have no colon, values may. */
export function identifierOf(key: IdentifierKey): Identifier {
  const colon = key.indexOf(':')
  if (colon < 1) bug('an identifier key without a kind')
  return { key, kind: key.slice(0, colon), value: key.slice(colon + 1) }
}

export function recordKey(source: string, id: string): RecordKey {
  return `${source}:${id}` as RecordKey
}

// Values may hold any character but this one: normalise.ts refuses it, and tabs at the ends are trimmed.
const PAIR_SEPARATOR = '\t'

/** The unordered pair's key: both keys, the lesser first. */
export function pairKey(a: IdentifierKey, b: IdentifierKey): PairKey {
  return (a < b ? a + PAIR_SEPARATOR + b : b + PAIR_SEPARATOR + a) as PairKey
}

/** Both keys of a pair, the lesser first. */
export function pairOf(key: PairKey): readonly [IdentifierKey, IdentifierKey] {
  const cut = key.indexOf(PAIR_SEPARATOR)
  return [key.slice(0, cut) as IdentifierKey, key.slice(cut + 1) as IdentifierKey]
}

/** Orders strings by code units: the order of keys everywhere, in memory and in statements. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
