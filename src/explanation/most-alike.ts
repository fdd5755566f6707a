import type { CurrentRecord } from '../identity/facts.ts'
import type { Policy } from '../identity/policy.ts'
import { byLikeness, explainMatches, type MatchExplanation } from '../matching/explain.ts'
import type { Model } from '../matching/model.ts'

/** Two records with the waterfall of their match weight. */
export interface ComparedRecords {
  readonly a: CurrentRecord
  readonly b: CurrentRecord
  readonly match: MatchExplanation
}

/** Of all pairs of records, one of either side, the most alike; undefined where a side has none. */
export async function mostAlike(
  ones: readonly CurrentRecord[],
  others: readonly CurrentRecord[],
  { model, policy }: { readonly model: Model; readonly policy: Policy },
): Promise<ComparedRecords | undefined> {
  const pairs = ones.flatMap((a) => others.map((b) => [a, b] as const))
  const matches = await explainMatches(pairs, model, policy)
  return pairs
    .flatMap(([a, b], index) => (matches[index] === undefined ? [] : [{ a, b, match: matches[index] }]))
    .toSorted((x, y) => byLikeness(x.match, y.match))[0]
}
