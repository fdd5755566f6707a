import { identifierKey } from '../identity/keys.ts'
import { accountOf } from '../identity/observation.ts'
import type { Policy } from '../identity/policy.ts'
import type { IdentifierKey } from '../identity/types.ts'

/** What a truth calls things, beside the identifiers that stand for them in the graph. */
export interface KeysOfThings {
  keyOf(thing: string): IdentifierKey
  thingsOf(key: IdentifierKey): readonly string[]
}

export const keysOfIdentifiers: KeysOfThings = { keyOf: (thing) => thing as IdentifierKey, thingsOf: (key) => [key] }

/** Records go by the account that they are about. `known`: the ids of those that have a customer. */
export function keysOfRecords(known: Iterable<string>, source: string, policy: Policy): KeysOfThings {
  // One that can be no record's id leads to what nobody has observed.
  const keyOf = (id: string) => accountOf(source, id, policy)?.key ?? identifierKey('record', `${source}:${id}`)
  const things = Map.groupBy(known, keyOf)
  return { keyOf, thingsOf: (key) => things.get(key) ?? [] }
}
