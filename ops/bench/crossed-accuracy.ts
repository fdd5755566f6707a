import type { Score } from '../../src/evaluation/score.ts'
import type { Policy } from '../../src/identity/policy.ts'
import { createMatching } from '../../src/matching/matching.ts'
import type { WeightsModel } from '../../src/matching/weights.ts'
import { type LabelledSet, scoreOf } from './labelled-set.ts'

/** A set, and the weights learned from its records. */
export interface Learned {
  readonly set: LabelledSet
  readonly weights: WeightsModel
}

/** Weights learned from one set, scored on another. */
export interface CrossedAccuracy {
  readonly learned_from: string
  readonly set: string
  readonly score: Score
}

/**
 * Each set by what the levels of comparisons were found to say on each other one. How many records there are, and how
 * frequent their names, belongs to a set and not to what was learned: prior and frequencies stay its own.
 */
export async function crossedAccuracy(
  learned: readonly Learned[],
  policy: Policy,
  say: (line: string) => void,
): Promise<CrossedAccuracy[]> {
  const crossed: CrossedAccuracy[] = []
  for (const from of learned) {
    for (const { set, weights } of learned) {
      if (set === from.set) continue
      const matching = createMatching({ ...weights, comparisons: from.weights.comparisons }, policy)
      const score = await scoreOf(set, policy, matching)
      crossed.push({ learned_from: from.set.name, set: set.name, score })
      const { f1, precision } = score.pairwise
      say(`${set.name} by ${from.set.name}: F1 ${f1.toFixed(4)}, precision ${precision.toFixed(4)}`)
    }
  }
  return crossed
}
