import type { Description } from '../identity/facts.ts'
import type { Policy } from '../identity/policy.ts'
import { rememberedComparables } from './comparable.ts'
import { featureNames, writeFeatures } from './features.ts'
import type { Fold } from './folds.ts'
import { comparing } from './matching.ts'
import type { WeightsModel } from './weights.ts'

/** Two records of which it is known whether they are one customer's. */
export interface LabelledPair {
  readonly one: Description
  readonly other: Description
  readonly same: boolean
  readonly fold: Fold
}

export const rowsHeader = ['fold', 'origin', 'same', ...featureNames].join(',')

/** A line of CSV for each pair; `origin` tells who knows the truth of it. Numbers are read back as they were: 32 bits. */
export function* trainingRows(
  pairs: Iterable<LabelledPair>,
  { weights, policy, origin }: { weights: WeightsModel; policy: Policy; origin: string },
): Generator<string> {
  const compared = comparing(rememberedComparables(policy), weights)
  const row = new Float32Array(featureNames.length)
  for (const { one, other, same, fold } of pairs) {
    const pair = compared(one, other, Number.NEGATIVE_INFINITY)
    if (pair === undefined) continue
    writeFeatures(row, pair, weights)
    yield [fold, origin, same ? 1 : 0, ...Array.from(row, inDecimal)].join(',')
  }
}

/** Nine digits tell every number of 32 bits from its neighbours. */
function inDecimal(value: number): string {
  return Number.isNaN(value) ? 'nan' : String(Number(value.toPrecision(9)))
}
