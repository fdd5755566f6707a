import type { CurrentRecord } from '../identity/facts.ts'
import type { Policy } from '../identity/policy.ts'
import { explainMatch, type MatchExplanation } from '../matching/explain.ts'
import type { WeightsModel } from '../matching/weights.ts'

/** Two records with the waterfall of their match weight. */
export interface ComparedRecords {
  readonly a: CurrentRecord
  readonly b: CurrentRecord
  readonly match: MatchExplanation
}

/** Of all pairs of records, one of either side, the most alike; undefined where a side has none. */
export function mostAlike(
  ones: readonly CurrentRecord[],
  others: readonly CurrentRecord[],
  { model, policy }: { readonly model: WeightsModel; readonly policy: Policy },
): ComparedRecords | undefined {
  let best: ComparedRecords | undefined
  for (const a of ones) {
    for (const b of others) {
      const match = explainMatch(a, b, model, policy)
      if (best === undefined || match.weight > best.match.weight) best = { a, b, match }
    }
  }
  return best
}
