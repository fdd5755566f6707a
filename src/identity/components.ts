import type { CurrentRecord } from './facts.ts'
import { createForest } from './forest.ts'
import { grouped } from './grouped.ts'
import { pairKey } from './keys.ts'
import type { ScoredLink } from './links.ts'
import type { Ordinal, PackedFacts } from './packed-facts.ts'
import type { Policy } from './policy.ts'
import { type Resolution, type Rules, resolveFacts } from './resolve.ts'
import type { Assertion, IdentifierKey, Status } from './types.ts'

/** What links join, resolved one component at a time: together the same as `resolve` answers of all at once. */
export interface Components {
  readonly count: number
  /** The component of an identifier; -1 of one that does not link. */
  componentOf(identifier: Ordinal): number
  /** The numbers of the identifiers of a component. */
  membersOf(component: number): Uint32Array
  /** The numbers of the pairs of a component, see `PackedFacts`. */
  pairsOf(component: number): Uint32Array
  /**
   * The customers and the refused links of a component; the statuses are those of its identifiers. By another policy
   * where one is given: one that links no more than the rules do.
   */
  resolve(component: number, policy?: Policy): Resolution
}

/**
 * Finds the components that links between linking identifiers join. They do not influence each other, so that
 * resolving each alone gives what resolving all together gives. The facts are to be settled.
 */
export function componentsOf(facts: PackedFacts, scored: readonly ScoredLink[], rules: Rules): Components {
  const { keys, pairs, statuses, assertions } = facts
  const ends = ({ a, b }: { a: IdentifierKey; b: IdentifierKey }) => [facts.ordinalOf(a), facts.ordinalOf(b)] as const
  const conducts = (a: Ordinal, b: Ordinal) => statuses[a] === 'linking' && statuses[b] === 'linking'

  const forest = createForest(keys.length)
  const unite = (a: Ordinal | undefined, b: Ordinal | undefined) => {
    if (a !== undefined && b !== undefined && conducts(a, b)) forest.unite(a, b)
  }
  for (const [pair, a] of pairs.a.entries()) unite(a, pairs.b[pair])
  for (const assertion of assertions.values()) if (assertion.verdict === 'same') unite(...ends(assertion))
  for (const link of scored) if (link.probability >= rules.policy.linkThreshold) unite(...ends(link))

  // A root is a linking identifier; the components are numbered in the order of theirs.
  const numbers = new Int32Array(keys.length).fill(-1)
  let count = 0
  for (const [ordinal, status] of statuses.entries()) {
    if (status === 'linking' && forest.rootOf(ordinal) === ordinal) numbers[ordinal] = count++
  }
  const componentOf = (ordinal: Ordinal | undefined) =>
    ordinal === undefined || statuses[ordinal] !== 'linking' ? -1 : (numbers[forest.rootOf(ordinal)] ?? -1)
  const within = (a: Ordinal | undefined, b: Ordinal | undefined) => {
    const component = componentOf(a)
    return component === componentOf(b) ? component : -1
  }

  const members = grouped(count, keys.length, componentOf)
  const pairsWithin = grouped(count, pairs.a.length, (pair) => within(pairs.a[pair], pairs.b[pair]))
  const recordsOf = Map.groupBy(facts.records.values(), ({ account }) => facts.ordinalOf(account))
  const decidedIn = Map.groupBy(assertions.values(), (assertion) => within(...ends(assertion)))
  const scoredIn = Map.groupBy(scored, (link) => within(...ends(link)))

  return {
    ...{ count, componentOf, membersOf: members },
    pairsOf: pairsWithin,
    resolve(component, policy = rules.policy) {
      const own: readonly ScoredLink[] = scoredIn.get(component) ?? []
      const part = {
        identifiers: new Map(),
        observed: new Map(),
        records: new Map<CurrentRecord['key'], CurrentRecord>(),
        assertions: new Map((decidedIn.get(component) ?? []).map((one: Assertion) => [pairKey(one.a, one.b), one])),
        overrides: new Map(),
      }
      const linking = new Map<IdentifierKey, Status>()
      for (const ordinal of members(component)) {
        const key = keys[ordinal] as IdentifierKey
        linking.set(key, 'linking')
        part.identifiers.set(key, facts.seenOf(ordinal))
        for (const record of recordsOf.get(ordinal) ?? []) part.records.set(record.key, record)
      }
      for (const pair of pairsWithin(component)) {
        const [a, b] = [keys[pairs.a[pair] ?? -1], keys[pairs.b[pair] ?? -1]] as [IdentifierKey, IdentifierKey]
        part.observed.set(pairKey(a, b), { firstSeen: pairs.firstSeen[pair], lastSeen: pairs.lastSeen[pair] })
      }
      return resolveFacts(part, own, linking, { ...rules, policy })
    },
  }
}
