import type { Components } from '../../identity/components.ts'
import { customerDigest } from '../../identity/history.ts'
import { pairKey, pairOf } from '../../identity/keys.ts'
import type { Ordinal, PackedFacts } from '../../identity/packed-facts.ts'
import type { Resolution } from '../../identity/resolve.ts'
import type { IdentifierKey, PairKey } from '../../identity/types.ts'
import type { CustomerTable } from './customer-table.ts'
import type { Findings } from './findings.ts'

/** Links that are refused. */
export interface Refused {
  /** The numbers of pairs. */
  readonly pairs: Set<Ordinal>
  readonly scored: Set<PairKey>
  readonly asserted: Set<PairKey>
}

/** Enters every customer that the evidence implies into the table, and tells which links are refused. */
export function resolveAll(
  facts: PackedFacts,
  components: Components,
  customers: CustomerTable,
  onComponent: () => void,
): Refused {
  const refused: Refused = { pairs: new Set(), scored: new Set(), asserted: new Set() }
  for (let component = 0; component < components.count; component += 1) {
    onComponent()
    const resolution = components.resolve(component)
    const touched = touchedByRefused(resolution)
    for (const customer of resolution.customers) {
      const contested = touched.size > 0 && customer.members.some((key) => touched.has(key))
      const anchor = facts.ordinalOf(customer.anchor) ?? -1
      const implied = { component, anchor, digest: customerDigest(customer), contested }
      customers.imply(
        customer.id,
        implied,
        customer.members.map((key) => facts.ordinalOf(key) ?? -1),
      )
    }
    for (const pair of resolution.refused.asserted) refused.asserted.add(pair)
    for (const pair of resolution.refused.scored) refused.scored.add(pair)
    if (resolution.refused.observed.size === 0) continue
    for (const pair of components.pairsOf(component)) {
      if (resolution.refused.observed.has(keyOfPair(facts, pair))) refused.pairs.add(pair)
    }
  }
  return refused
}

/** The identifiers that a refused link of any sort touches. */
function touchedByRefused({ refused }: Resolution): ReadonlySet<IdentifierKey> {
  const links = [...refused.observed, ...refused.scored, ...refused.asserted]
  return new Set(links.flatMap((pair) => pairOf(pair)))
}

/** Both keys of a pair. */
export function keyOfPair({ keys, pairs }: PackedFacts, pair: Ordinal): PairKey {
  return pairKey(keys[pairs.a[pair] ?? -1] as IdentifierKey, keys[pairs.b[pair] ?? -1] as IdentifierKey)
}

/** Finds the links that are called refused and are not, or the other way round: what they are to be. */
export function compareRefused(
  facts: PackedFacts,
  stored: ReadonlySet<Ordinal>,
  refused: ReadonlySet<Ordinal>,
  findings: Findings,
): Map<Ordinal, boolean> {
  const changes = new Map<Ordinal, boolean>()
  for (const pair of stored.symmetricDifference(refused)) {
    const fields = [{ field: 'refused', graph: stored.has(pair), resolved: refused.has(pair) }]
    findings.differs('pairs', { key: keyOfPair(facts, pair), difference: 'different', fields })
    changes.set(pair, refused.has(pair))
  }
  return changes
}
