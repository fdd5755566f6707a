import { SelfsameError } from '../errors.ts'

/** Each between 0 and 1, rounded to four decimals. */
export interface Agreement {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

export interface Score {
  /** Things the truth knows: all that is judged. */
  readonly things: number
  readonly entities: number
  /** Customers that hold at least one of the things; a thing without a customer is one of its own. */
  readonly clusters: number
  /** Things of the truth that the prediction gives no customer. They count as alone. */
  readonly missing: number
  readonly pairwise: Agreement
  readonly b_cubed: Agreement
  readonly exact_cluster_f1: number
  /** Things in the largest cluster. */
  readonly largest_cluster: number
  /** Predicted things the truth does not know: ignored, because nobody could judge them. */
  readonly unjudged: number
}

/**
 * Scores a clustering against the truth; both map a thing to its cluster.
 *
 * - Pairwise: of the pairs put together, how many belong together (precision), and the other way round (recall).
 *   Without any pair it is 1: nothing was said, nothing was missed.
 * - B-cubed (Bagga & Baldwin, "Algorithms for Scoring Coreference Chains", 1998): for each thing the share of its
 *   cluster that belongs with it (precision) and the share of its entity that is with it (recall), averaged over
 *   things. Big clusters do not drown small ones, as they do in pairs.
 * - Exact clusters: F1 of the clusters that are an entity, no more and no less (Menestrina, Whang & Garcia-Molina,
 *   "Evaluating Entity Resolution Results", 2010, cluster F1).
 * @throws SelfsameError truth_empty
 */
export function score(truth: ReadonlyMap<string, string>, predicted: ReadonlyMap<string, string>): Score {
  if (truth.size === 0) {
    throw new SelfsameError('truth_empty', 'the truth holds nothing to score against', {
      remedy: 'Give a truth file with at least one row under its header.',
    })
  }
  const table = crossTable(truth, predicted)
  const { entities, clusters, cells } = table
  const hit = pairs(cells.map(({ both }) => both))
  const said = pairs(clusters.values())
  const meant = pairs(entities.values())
  const exact = cells.filter(({ both, cluster, entity }) => both === cluster && both === entity).length
  return {
    things: truth.size,
    entities: entities.size,
    clusters: clusters.size,
    missing: table.missing,
    pairwise: agreement(said === 0 ? 1 : hit / said, meant === 0 ? 1 : hit / meant),
    b_cubed: agreement(
      sum(cells.map(({ both, cluster }) => (both * both) / cluster)) / truth.size,
      sum(cells.map(({ both, entity }) => (both * both) / entity)) / truth.size,
    ),
    exact_cluster_f1: round((2 * exact) / (clusters.size + entities.size)),
    largest_cluster: clusters.values().reduce((a, b) => Math.max(a, b), 0),
    unjudged: predicted.keys().reduce((unjudged, thing) => unjudged + (truth.has(thing) ? 0 : 1), 0),
  }
}

interface Cell {
  /** Things in this cluster and this entity, in this cluster, in this entity. */
  readonly both: number
  readonly cluster: number
  readonly entity: number
}

function crossTable(truth: ReadonlyMap<string, string>, predicted: ReadonlyMap<string, string>) {
  const entities = new Map<string, number>()
  const clusters = new Map<string, number>()
  const both = new Map<string, Map<string, number>>()
  let missing = 0
  for (const [thing, entity] of truth) {
    const customer = predicted.get(thing)
    if (customer === undefined) missing++
    // The mark keeps a lone thing from a customer of the same name.
    const cluster = customer === undefined ? `alone ${thing}` : `in ${customer}`
    count(entities, entity)
    count(clusters, cluster)
    count(inner(both, cluster), entity)
  }
  const cells: Cell[] = []
  for (const [cluster, counts] of both) {
    for (const [entity, together] of counts) {
      cells.push({ both: together, cluster: clusters.get(cluster) as number, entity: entities.get(entity) as number })
    }
  }
  return { entities, clusters, cells, missing }
}

function inner(outer: Map<string, Map<string, number>>, key: string): Map<string, number> {
  const known = outer.get(key)
  if (known !== undefined) return known
  const made = new Map<string, number>()
  outer.set(key, made)
  return made
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function pairs(counts: Iterable<number>): number {
  let total = 0
  for (const size of counts) total += (size * (size - 1)) / 2
  return total
}

function agreement(precision: number, recall: number): Agreement {
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision: round(precision), recall: round(recall), f1: round(f1) }
}

/** Compensated (Neumaier 1974), so that millions of small terms keep their last digits. */
function sum(terms: readonly number[]): number {
  let [total, lost] = [0, 0]
  for (const term of terms) {
    const next = total + term
    lost += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total
    total = next
  }
  return total + lost
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
