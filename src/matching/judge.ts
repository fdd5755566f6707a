import type { Description } from '../identity/facts.ts'
import type { Matching } from '../identity/resolve.ts'

/** Two accounts of which a person has said whether they are one customer's. */
export interface ReviewedPair {
  readonly a: readonly Description[]
  readonly b: readonly Description[]
  readonly same: boolean
}

/** How far a model agrees with what people have said. */
export interface Judgement {
  readonly pairs: number
  /** Share of one customer's pairs among those it links; 1 where it links none. */
  readonly precision: number
  /** Share of those it links among one customer's pairs; 1 where there are none. */
  readonly recall: number
}

/** Judges a model by reviewed pairs, none of which it has learned from. */
export async function judge(
  matching: Matching,
  pairs: readonly ReviewedPair[],
  linkThreshold: number,
): Promise<Judgement> {
  let [linked, right, same] = [0, 0, 0]
  for (const pair of pairs) {
    const isLinked = await links(matching, pair, linkThreshold)
    if (pair.same) same += 1
    if (isLinked) linked += 1
    if (isLinked && pair.same) right += 1
  }
  return {
    pairs: pairs.length,
    precision: linked === 0 ? 1 : right / linked,
    recall: same === 0 ? 1 : right / same,
  }
}

/** Whether the best of the pairs of their records is a link and none contradicts. */
async function links(matching: Matching, { a, b }: ReviewedPair, linkThreshold: number): Promise<boolean> {
  const pairs = a.flatMap((one) => b.map((other) => [one, other] as const))
  const opinions = await matching.score(pairs)
  return (
    opinions.some((opinion) => (opinion?.probability ?? 0) >= linkThreshold) &&
    !pairs.some(([one, other]) => matching.contradicts(one, other))
  )
}
