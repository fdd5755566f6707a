import type { BoostedTrees } from './boosted.ts'
import type { WeightsModel } from './weights.ts'

/** Trees over the weights of a graph: they decide what is alike, the weights what contradicts, and they explain. */
export interface BoostedModel {
  readonly name: string
  readonly trees: BoostedTrees
  readonly weights: WeightsModel
}

/** What records are matched by. */
export type Model = WeightsModel | BoostedModel

export function isBoosted(model: Model): model is BoostedModel {
  return 'trees' in model
}

export function weightsOf(model: Model): WeightsModel {
  return isBoosted(model) ? model.weights : model
}

/** A name for both: the same trees over other weights answer otherwise. */
export function overWeights(trees: BoostedTrees, weights: WeightsModel): BoostedModel {
  return { name: `${trees.manifest.name}.${weights.name}`, trees, weights }
}
