import type { Graph } from '../../graph/graph.ts'
import { eachIdentifier, eachObserved, type StoredPair } from '../../graph/rebuild-reads.ts'
import type { Seen } from '../../identity/facts.ts'
import { pairKey } from '../../identity/keys.ts'
import type { Ordinal, PackedFacts } from '../../identity/packed-facts.ts'
import type { NeighbourCounts } from '../../identity/status.ts'
import type { PairKey, Status } from '../../identity/types.ts'
import { sameSeen } from '../news.ts'
import type { CustomerTable } from './customer-table.ts'
import { type DifferingField, differingFields, type Findings } from './findings.ts'

/** What the graph holds about identifiers, in columns by their number. */
export interface StoredPlaces {
  readonly statuses: Status[]
  /** NaN where nothing is held. */
  readonly firstSeen: number[]
  readonly lastSeen: number[]
  /** In words, since most have one of few. */
  readonly neighbours: string[]
  readonly unresolved: Set<Ordinal>
}

/** Tells the facts every identifier, and remembers what the graph holds about it and to whom it belongs there. */
export async function readPlaces(
  graph: Graph,
  facts: PackedFacts,
  customers: CustomerTable,
  onRow: () => void,
): Promise<StoredPlaces> {
  const places: StoredPlaces = { statuses: [], firstSeen: [], lastSeen: [], neighbours: [], unresolved: new Set() }
  const words = new Map<string, string>()
  await eachIdentifier(graph, (key, supports, stored) => {
    onRow()
    const ordinal = facts.addIdentifier(key, supports)
    places.statuses.push(stored.status)
    places.firstSeen.push(stored.seen?.firstSeen ?? Number.NaN)
    places.lastSeen.push(stored.seen?.lastSeen ?? Number.NaN)
    const neighbours = inWords(stored.neighbours)
    if (!words.has(neighbours)) words.set(neighbours, neighbours)
    places.neighbours.push(words.get(neighbours) ?? neighbours)
    if (stored.unresolved) places.unresolved.add(ordinal)
    for (const id of stored.customers) customers.hold(id, ordinal)
  })
  return places
}

/** A pair whose times are to be written anew. */
export type PairSeen = Pick<StoredPair, 'a' | 'b' | 'seen'>

export interface ComparedPairs {
  /** The numbers of those that the graph calls refused. */
  readonly refused: Set<Ordinal>
  /** Those whose times differ. */
  readonly times: PairSeen[]
  /** Refused in the graph, though nothing supports them. */
  readonly neverRefused: PairKey[]
}

/** Tells the facts every pair, and finds those whose times are not what their supports make them. */
export async function comparePairs(
  graph: Graph,
  facts: PackedFacts,
  findings: Findings,
  onRow: () => void,
): Promise<ComparedPairs> {
  const compared: ComparedPairs = { refused: new Set(), times: [], neverRefused: [] }
  findings.parts.pairs.checked = await eachObserved(graph, ({ a, b, supports, seen: stored, refused }) => {
    onRow()
    const { pair, seen } = facts.addObserved(a, b, supports)
    if (refused && pair !== undefined) compared.refused.add(pair)
    const fields = sameSeen(stored, seen) ? [] : differingSeen(stored, seen)
    if (fields.length > 0) compared.times.push({ a, b, seen })
    if (refused && pair === undefined) {
      compared.neverRefused.push(pairKey(a, b))
      fields.push({ field: 'refused', graph: true, resolved: false })
    }
    if (fields.length > 0) findings.differs('pairs', { key: pairKey(a, b), difference: 'different', fields })
  })
  return compared
}

/** Finds the identifiers about which the graph does not hold what follows; the facts are settled. */
export function comparePlaces(facts: PackedFacts, places: StoredPlaces, findings: Findings): Ordinal[] {
  const differing: Ordinal[] = []
  for (const [ordinal, key] of facts.keys.entries()) {
    const seen = facts.seenOf(ordinal)
    const status = facts.statuses[ordinal]
    const stored = storedSeen(places, ordinal)
    const unresolved = places.unresolved.has(ordinal)
    const neighbours = inWords(facts.neighboursOf(ordinal))
    const same = places.statuses[ordinal] === status && places.neighbours[ordinal] === neighbours
    if (same && sameSeen(stored, seen) && !unresolved) continue
    const fields = [
      ...differingFields({
        status: [places.statuses[ordinal], status],
        neighbours: [places.neighbours[ordinal], neighbours],
        unresolved: [unresolved, false],
      }),
      ...differingSeen(stored, seen),
    ]
    differing.push(ordinal)
    findings.differs('identifiers', { key, difference: 'different', fields })
  }
  findings.parts.identifiers.checked = facts.keys.length
  return differing
}

/** `email 2, phone 1` */
function inWords(neighbours: NeighbourCounts): string {
  const words = [...neighbours].map(([kind, count]) => `${kind} ${count}`)
  return words.sort().join(', ')
}

function storedSeen({ firstSeen, lastSeen }: StoredPlaces, ordinal: Ordinal): Seen | undefined {
  const first = firstSeen[ordinal] ?? Number.NaN
  return Number.isNaN(first) ? undefined : { firstSeen: first, lastSeen: lastSeen[ordinal] ?? Number.NaN }
}

export function differingSeen(graph: Seen | undefined, resolved: Seen | undefined): DifferingField[] {
  return differingFields({
    firstSeen: [graph?.firstSeen, resolved?.firstSeen],
    lastSeen: [graph?.lastSeen, resolved?.lastSeen],
  })
}
