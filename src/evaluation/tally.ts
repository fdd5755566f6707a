/** How many things are each entity's. */
export type Counts = ReadonlyMap<string, number>

/** Each between 0 and 1, rounded to four decimals. */
export interface Agreement {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

export interface Tallied {
  /** Clusters that hold at least one of the things; a thing of no cluster is one of its own. */
  readonly clusters: number
  readonly pairwise: Agreement
  readonly b_cubed: Agreement
  readonly exact_cluster_f1: number
  /** Things in the largest cluster. */
  readonly largest_cluster: number
}

/** Scores a clustering that is told cluster by cluster, and keeps none of them. */
export interface Tally {
  /** Each cluster once: how many of its things are each entity's; one that holds none of them says nothing. */
  add(cluster: Counts): void
  /** What no cluster held counts as alone. */
  result(): Tallied
}

/**
 * Scores against the entities, given by how many things each has; there is at least one.
 *
 * - Pairwise: of the pairs put together, how many belong together (precision), and the other way round (recall).
 *   Without any pair it is 1: nothing was said, nothing was missed.
 * - B-cubed (Bagga & Baldwin, "Algorithms for Scoring Coreference Chains", 1998): for each thing the share of its
 *   cluster that belongs with it (precision) and the share of its entity that is with it (recall), averaged over
 *   things. Big clusters do not drown small ones, as they do in pairs.
 * - Exact clusters: F1 of the clusters that are an entity, no more and no less (Menestrina, Whang & Garcia-Molina,
 *   "Evaluating Entity Resolution Results", 2010, cluster F1).
 */
export function createTally(entities: Counts): Tally {
  const held = new Map<string, number>()
  const sums = { precision: createSum(), recall: createSum() }
  let [clusters, exact, largest, hit, said] = [0, 0, 0, 0, 0]

  function add(cluster: Counts): void {
    const size = sizeOf(cluster)
    if (size === 0) return
    clusters += 1
    largest = Math.max(largest, size)
    said += pairsOf(size)
    for (const [entity, both] of cluster) {
      const all = entities.get(entity) ?? 0
      held.set(entity, (held.get(entity) ?? 0) + both)
      hit += pairsOf(both)
      if (both === size && both === all) exact += 1
      sums.precision.add((both * both) / size)
      sums.recall.add((both * both) / all)
    }
  }

  return {
    add,
    result() {
      for (const [entity, all] of entities) {
        const alone = all - (held.get(entity) ?? 0)
        for (let thing = 0; thing < alone; thing += 1) add(new Map([[entity, 1]]))
      }
      const things = sizeOf(entities)
      const meant = entities.values().reduce((sum, size) => sum + pairsOf(size), 0)
      return {
        clusters,
        pairwise: agreement(said === 0 ? 1 : hit / said, meant === 0 ? 1 : hit / meant),
        b_cubed: agreement(sums.precision.total() / things, sums.recall.total() / things),
        exact_cluster_f1: round((2 * exact) / (clusters + entities.size)),
        largest_cluster: largest,
      }
    },
  }
}

/** How many things of each entity there are in a list of entities, one a thing. */
export function countsOf(entities: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const entity of entities) counts.set(entity, (counts.get(entity) ?? 0) + 1)
  return counts
}

export function sizeOf(counts: Counts): number {
  return counts.values().reduce((sum, count) => sum + count, 0)
}

export function pairsOf(things: number): number {
  return (things * (things - 1)) / 2
}

function agreement(precision: number, recall: number): Agreement {
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision: round(precision), recall: round(recall), f1: round(f1) }
}

/** Compensated (Neumaier 1974), so that millions of small terms keep their last digits. */
function createSum() {
  let [total, lost] = [0, 0]
  return {
    add(term: number): void {
      const next = total + term
      lost += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total
      total = next
    },
    total: () => total + lost,
  }
}

/**
 * To four decimals, ties to even, as Python rounds. `toFixed` goes by the exact binary value too but takes ties up;
 * the only doubles that lie exactly half-way are odd multiples of 1/32.
 */
function round(value: number): number {
  const isTie = Number.isInteger(value * 32) && (value * 32) % 2 !== 0
  if (!isTie) return Number(value.toFixed(4))
  const below = Math.floor(value * 10_000)
  return (below % 2 === 0 ? below : below + 1) / 10_000
}
