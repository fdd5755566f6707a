import { SelfsameError } from '../errors.ts'
import { countsOf, createTally, sizeOf, type Tallied } from './tally.ts'

export interface Score extends Tallied {
  /** Things the truth knows: all that is judged. */
  readonly things: number
  readonly entities: number
  /** Things of the truth that the prediction gives no customer. They count as alone. */
  readonly missing: number
  /** Predicted things the truth does not know: ignored, because nobody could judge them. */
  readonly unjudged: number
}

/** Thing → cluster. */
export type Clustering = ReadonlyMap<string, string>

/** Scores a clustering against the truth, see `createTally`. Throws `truth_empty`. */
export function score(truth: Clustering, predicted: Clustering): Score {
  if (truth.size === 0) {
    throw new SelfsameError('truth_empty', 'the truth holds nothing to score against', {
      remedy: 'Give a truth file with at least one row under its header.',
    })
  }
  const entities = countsOf(truth.values())
  const tally = createTally(entities)
  let held = 0
  for (const cluster of entitiesByCluster(truth, predicted).values()) {
    held += sizeOf(cluster)
    tally.add(cluster)
  }
  const { clusters, ...figures } = tally.result()
  return {
    ...{ things: truth.size, entities: entities.size, clusters, missing: truth.size - held },
    ...figures,
    unjudged: predicted.keys().reduce((unjudged, thing) => unjudged + (truth.has(thing) ? 0 : 1), 0),
  }
}

/** Of each cluster that holds things of the truth: how many are each entity's. */
export function entitiesByCluster(truth: Clustering, predicted: Clustering): Map<string, Map<string, number>> {
  const clusters = new Map<string, Map<string, number>>()
  for (const [thing, entity] of truth) {
    const cluster = predicted.get(thing)
    if (cluster === undefined) continue
    const counts = clusters.get(cluster) ?? new Map<string, number>()
    clusters.set(cluster, counts.set(entity, (counts.get(entity) ?? 0) + 1))
  }
  return clusters
}
