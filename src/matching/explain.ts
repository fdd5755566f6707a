import type { Description } from '../identity/facts.ts'
import type { Policy } from '../identity/policy.ts'
import { rememberedComparables } from './comparable.ts'
import { compare, type Finding } from './compare.ts'
import { type Contradiction, contradictionOf } from './contradiction.ts'
import { evidenceBits, priorBits, probabilityOf, type WeightsModel } from './weights.ts'

/** Why two records are as alike as they are: bits that add up to the match weight. */
export interface MatchExplanation {
  readonly probability: number
  /** Match weight in bits: the prior, every comparison, and the bound. */
  readonly weight: number
  readonly prior: number
  readonly comparisons: readonly WeighedFinding[]
  /** What is taken off again, 0 or less: names together add no more than the model allows. */
  readonly bound: number
  /** Why they cannot be one customer's, however probable; undefined where they can. */
  readonly contradiction: Contradiction | undefined
}

interface WeighedFinding extends Finding {
  readonly bits: number
}

/** The waterfall of two records, whether or not anything proposes them. Symmetric. */
export function explainMatch(
  one: Description,
  other: Description,
  model: WeightsModel,
  policy: Pick<Policy, 'matching'>,
): MatchExplanation {
  const [a, b] = one.key < other.key ? [one, other] : [other, one]
  const prepare = rememberedComparables(policy)
  const findings = compare(prepare(a), prepare(b), model)
  const comparisons = findings.map((finding) => ({ ...finding, bits: unboundBits([finding], model) }))
  const [prior, evidence] = [priorBits(model), evidenceBits(findings, model)]
  return {
    probability: probabilityOf(prior + evidence),
    weight: prior + evidence,
    prior,
    comparisons,
    bound: evidence - unboundBits(findings, model),
    contradiction: contradictionOf(findings, evidence, policy),
  }
}

function unboundBits(findings: readonly Finding[], model: WeightsModel): number {
  return evidenceBits(findings, { ...model, mostNameBits: Number.POSITIVE_INFINITY })
}
