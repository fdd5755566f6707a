import { bug } from '../errors.ts'
import { compareKeys } from '../identity/keys.ts'
import { type Clustering, entitiesByCluster } from './score.ts'
import { countsOf, pairsOf, sizeOf } from './tally.ts'

/** What a clustering gets wrong, in pairs of things, the costliest first. */
export interface Errors<Merge = FalseMerge, Missed = Miss> {
  readonly false_merges: {
    readonly customers: number
    /** Pairs put together that do not belong together: all that pairwise precision lacks. */
    readonly pairs: number
    readonly costliest: readonly Merge[]
  }
  readonly misses: {
    readonly entities: number
    /** Pairs that belong together and are not: all that pairwise recall lacks. */
    readonly pairs: number
    readonly costliest: readonly Missed[]
  }
}

/** A customer that holds several entities. */
export interface FalseMerge {
  readonly customer: string
  /** Wrong pairs that it makes. */
  readonly pairs: number
  readonly things: number
  readonly entities: number
  /** Of the two entities of which it holds most: what it holds of them, sorted. */
  readonly largest: readonly [Part, Part]
}

/** An entity that is spread over several customers. */
export interface Miss {
  readonly entity: string
  /** Pairs lost. */
  readonly pairs: number
  readonly things: number
  /** What belongs to no customer is a part of its own each. */
  readonly parts: number
  readonly largest: readonly [Part, Part]
}

export interface Part {
  /** Of a customer's parts the entity, of an entity's the customer; undefined where it belongs to none. */
  readonly of: string | undefined
  /** Sorted. */
  readonly things: readonly string[]
}

/** The false merges and misses that cost the most pairs, `most` of each at most; equally costly ones by their name. */
export function costliestErrors(truth: Clustering, predicted: Clustering, most: number): Errors {
  const entities = countsOf(truth.values())
  // Pairs of each entity that are together.
  const kept = new Map<string, number>()
  const wrong = new Map<string, number>()
  for (const [cluster, counts] of entitiesByCluster(truth, predicted)) {
    let right = 0
    for (const [entity, count] of counts) {
      right += pairsOf(count)
      kept.set(entity, (kept.get(entity) ?? 0) + pairsOf(count))
    }
    if (counts.size > 1) wrong.set(cluster, pairsOf(sizeOf(counts)) - right)
  }
  const lost = new Map<string, number>()
  for (const [entity, size] of entities) {
    const pairs = pairsOf(size) - (kept.get(entity) ?? 0)
    if (pairs > 0) lost.set(entity, pairs)
  }
  const [merged, missed] = [costliest(wrong, most), costliest(lost, most)]
  const [ofCustomers, ofEntities] = [new Map([...merged.keys()].map(noParts)), new Map([...missed.keys()].map(noParts))]
  for (const [thing, entity] of truth) {
    const customer = predicted.get(thing)
    if (customer !== undefined) place(thing, entity, ofCustomers.get(customer))
    place(thing, customer, ofEntities.get(entity))
  }
  return {
    false_merges: {
      ...{ customers: wrong.size, pairs: sizeOf(wrong) },
      costliest: [...merged].map(([customer, pairs]) => {
        const { parts: entities, ...held } = inParts(ofCustomers.get(customer))
        return { customer, pairs, entities, ...held }
      }),
    },
    misses: {
      ...{ entities: lost.size, pairs: sizeOf(lost) },
      costliest: [...missed].map(([entity, pairs]) => ({ entity, pairs, ...inParts(ofEntities.get(entity)) })),
    },
  }
}

function costliest(costs: ReadonlyMap<string, number>, most: number): Map<string, number> {
  const sorted = [...costs].sort(([one, cost], [other, otherCost]) => otherCost - cost || compareKeys(one, other))
  return new Map(sorted.slice(0, most))
}

/** What an error consists of, by what each part is of; things of no customer under a key of their own. */
interface Parts {
  readonly together: Map<string, string[]>
  readonly alone: string[]
}

const noParts = (whole: string): [string, Parts] => [whole, { together: new Map(), alone: [] }]

function place(thing: string, of: string | undefined, parts: Parts | undefined): void {
  if (parts === undefined) return
  const known = of === undefined ? parts.alone : parts.together.get(of)
  if (known === undefined) parts.together.set(of ?? '', [thing])
  else known.push(thing)
}

/** A customer's or an entity's parts, the largest two told: those of a customer before those of none. */
function inParts(parts: Parts | undefined): Pick<Miss, 'things' | 'parts' | 'largest'> {
  const { together, alone } = parts ?? bug('an error without parts')
  const all = [
    ...[...together].map(([of, things]): Part => ({ of, things: things.sort() })).sort(bySize),
    ...alone.sort().map((thing): Part => ({ of: undefined, things: [thing] })),
  ]
  const [first, second] = all
  if (first === undefined || second === undefined) bug('an error of one part')
  const things = all.reduce((sum, part) => sum + part.things.length, 0)
  return { things, parts: all.length, largest: [first, second] }
}

function bySize(one: Part, other: Part): number {
  return other.things.length - one.things.length || compareKeys(one.things[0] ?? '', other.things[0] ?? '')
}
