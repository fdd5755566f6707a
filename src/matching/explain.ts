import type { Description } from '../identity/facts.ts'
import type { Policy } from '../identity/policy.ts'
import type { RecordPair } from '../identity/scoring.ts'
import { rememberedComparables } from './comparable.ts'
import { compare, type Finding } from './compare.ts'
import { type Contradiction, contradictionOf } from './contradiction.ts'
import { createMatching } from './matching.ts'
import { isBoosted, type Model, weightsOf } from './model.ts'
import { evidenceBits, priorBits, probabilityOf, type WeightsModel } from './weights.ts'

/** Why two records are as alike as they are: bits that add up to the match weight. */
export interface MatchExplanation {
  /** By the model in force. */
  readonly probability: number
  /** Where trees decide: the probability that the bits come to, which only explain. */
  readonly weighed?: number
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

/** The waterfalls of pairs of records, whether or not anything proposes them. Symmetric. */
export async function explainMatches(
  pairs: readonly RecordPair[],
  model: Model,
  policy: Policy,
): Promise<MatchExplanation[]> {
  const explained = pairs.map(([one, other]) => explainByWeights(one, other, weightsOf(model), policy))
  if (!isBoosted(model)) return explained
  const opinions = await createMatching(model, { ...policy, reviewThreshold: 0 }).score(pairs)
  return explained.map((match, index) => ({
    ...{ ...match, weighed: match.probability },
    probability: opinions[index]?.probability ?? 0,
  }))
}

/** For sorting: the most alike first. */
export function byLikeness(x: MatchExplanation, y: MatchExplanation): number {
  return y.probability - x.probability || y.weight - x.weight
}

function explainByWeights(
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
