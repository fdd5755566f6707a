import type { Evidence } from '../../src/identity/evidence.ts'
import { addDecision, addObservation, emptyEvidence } from '../../src/identity/evidence.ts'
import { factsOf } from '../../src/identity/facts.ts'
import { compareKeys } from '../../src/identity/keys.ts'
import type { Resolution } from '../../src/identity/resolve.ts'
import type { OracleAnswer } from './oracle.ts'
import type { Item } from './what-counts.ts'

/** Items folded into evidence, in the order given. */
export function evidenceOf(items: readonly Item[]): Evidence {
  const evidence = emptyEvidence()
  for (const item of items) {
    if ('messageId' in item) addObservation(evidence, item)
    else addDecision(evidence, item)
  }
  return evidence
}

/** Of a resolution, all that must not depend on the order or the repetition of what was said. */
export function everythingIn({ statuses, customers, refused, scored }: Resolution) {
  return {
    statuses: sortedEntries(statuses),
    customers: [...customers],
    refused: sortedSets(refused),
    scored: scored.toSorted((x, y) => compareKeys(x.a, y.a) || compareKeys(x.b, y.b)),
  }
}

/** Of a resolution, what the oracle answers too. */
export function comparable({ statuses, customers, refused, scored }: Resolution) {
  return {
    statuses: sortedEntries(statuses),
    customers: customers
      .map(({ anchor, members, firstSeen, lastSeen, tenures }) => ({ anchor, members, firstSeen, lastSeen, tenures }))
      .toSorted((x, y) => compareKeys(x.anchor, y.anchor)),
    refused: sortedSets(refused),
    scored: scored
      .map(({ a, b, probability }) => ({ a, b, probability }))
      .toSorted((x, y) => compareKeys(`${x.a}\t${x.b}`, `${y.a}\t${y.b}`)),
  }
}

export function comparableAnswer({ statuses, customers, refused, scored }: OracleAnswer) {
  return {
    statuses: sortedEntries(statuses),
    customers,
    refused,
    scored,
  }
}

/** The current records as a golden record or a comparison sees them: key, account, fields with their times. */
export function recordsIn(evidence: Evidence) {
  return [...factsOf(evidence).records.values()]
    .map(({ key, account, source, id, fields }) => ({
      key,
      account,
      source,
      id,
      fields: sortedEntries(Object.entries(fields)),
    }))
    .toSorted((x, y) => compareKeys(x.key, y.key))
}

export function recordsOfAnswer({ records }: OracleAnswer) {
  return records
    .map(({ fields, ...rest }) => ({ ...rest, fields: sortedEntries(fields) }))
    .toSorted((x, y) => compareKeys(x.key, y.key))
}

function sortedEntries<V>(entries: Iterable<readonly [string, V]>): (readonly [string, V])[] {
  return [...entries].sort(([x], [y]) => compareKeys(x, y))
}

function sortedSets({ observed, scored, asserted }: Resolution['refused']) {
  return { observed: [...observed].sort(), scored: [...scored].sort(), asserted: [...asserted].sort() }
}
