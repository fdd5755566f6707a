import { pairOf } from '../identity/keys.ts'
import type { IdentifierKey, PairKey, RecordKey } from '../identity/types.ts'
import type { Decided } from './decide.ts'
import type { Touched } from './touched.ts'

/** What a batch writes beside customers, by name. */
export interface WrittenNames {
  readonly identifiers: Iterable<IdentifierKey>
  /** Of links of any type that come, go or change. */
  readonly pairs: Iterable<PairKey>
  readonly records: Iterable<{ readonly key: RecordKey; readonly account: IdentifierKey }>
}

/**
 * The names of all that a reader may see changed: customers with what joined or left them, identifiers, both ends of
 * links, and records with the customers whose accounts they are about.
 */
export function changedNames(
  { touched: { before }, decided: { evolution, previous } }: { touched: Touched; decided: Decided },
  { identifiers, pairs, records }: WrittenNames,
): ReadonlySet<string> {
  const names = new Set<string>(identifiers)
  for (const pair of pairs) for (const key of pairOf(pair)) names.add(key)
  for (const { key, account } of records) {
    names.add(key).add(account)
    const customer = before.identifiers.get(account)?.customer
    if (customer !== undefined) names.add(customer)
  }
  for (const { customer } of evolution.saved) {
    names.add(customer.id)
    const held = new Set(previous.get(customer.id)?.members)
    for (const key of held.symmetricDifference(new Set(customer.members))) names.add(key)
  }
  for (const { id, held } of evolution.retired) {
    names.add(id)
    for (const key of held) names.add(key)
  }
  for (const id of evolution.revived) names.add(id)
  return names
}
