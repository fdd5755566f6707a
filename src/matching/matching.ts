import { hash } from 'node:crypto'
import type { Block } from '../identity/active-blocks.ts'
import type { Description } from '../identity/facts.ts'
import type { Policy } from '../identity/policy.ts'
import type { Matching } from '../identity/resolve.ts'
import type { Opinion, RecordPair } from '../identity/scoring.ts'
import { blockingKeys, isLoose } from './blocking.ts'
import { boostingOf } from './boosted.ts'
import { type Comparable, rememberedComparables } from './comparable.ts'
import { compareAbove } from './compare.ts'
import { contradictionOf } from './contradiction.ts'
import { type ComparedRecords, writeFeatures } from './features.ts'
import { type BoostedModel, isBoosted, type Model, weightsOf } from './model.ts'
import { evidenceBits, priorBits, probabilityOf, type WeightsModel, weightOf } from './weights.ts'

/** Matching by a model. All answers depend on the records and the model alone. */
export function createMatching(model: Model, policy: Policy): Matching {
  const weights = weightsOf(model)
  const prepare = rememberedComparables(policy)
  const compared = comparing(prepare, weights)
  const score = isBoosted(model) ? byTrees(model, compared, policy) : byWeights(model, compared, policy)
  return {
    model: model.name,
    contradicts: (one, other) => {
      const pair = compared(one, other, Number.NEGATIVE_INFINITY)
      return pair !== undefined && isContradiction(pair, weights, policy)
    },
    blocksOf: (record) => [...new Set(blockingKeys(prepare(record)).map(blockOf))],
    score: async (pairs) => {
      const opinions = await score(pairs)
      return opinions.map((opinion) =>
        opinion === undefined || opinion.probability < policy.reviewThreshold ? undefined : opinion,
      )
    },
  }
}

type Comparing = (one: Description, other: Description, least: number) => ComparedRecords | undefined

/** Compares two records where that may come to so many bits. */
export function comparing(prepare: (record: Description) => Comparable, weights: WeightsModel): Comparing {
  return (one, other, least) => {
    // In the order of their keys, so that sums of bits are the same to the last digit.
    const [a, b] = one.key < other.key ? [prepare(one), prepare(other)] : [prepare(other), prepare(one)]
    const findings = compareAbove(a, b, weights, least)
    return findings && { a, b, findings }
  }
}

type Scoring = (pairs: readonly RecordPair[]) => Promise<(Opinion | undefined)[]>

const HAIRS_BREADTH = 0.001

function byWeights(weights: WeightsModel, compared: Comparing, policy: Policy): Scoring {
  const prior = priorBits(weights)
  // Rounded up, a probability may be reached by a hair's breadth less.
  const least = weightOf(policy.reviewThreshold) - prior - HAIRS_BREADTH
  return async (pairs) =>
    pairs.map(([one, other]) => {
      const pair = compared(one, other, least)
      if (pair === undefined) return undefined
      const bits = evidenceBits(pair.findings, weights)
      return {
        probability: rounded(probabilityOf(prior + bits)),
        weight: rounded(prior + bits),
        contradicts: contradictionOf(pair.findings, bits, policy) !== undefined,
      }
    })
}

/** Trees decide how likely it is, the weights that they were laid over what contradicts. */
function byTrees({ trees, weights }: BoostedModel, compared: Comparing, policy: Policy): Scoring {
  const boosting = boostingOf(trees)
  return async (pairs) => {
    const contradicting = new Uint8Array(pairs.length)
    const probabilities = await boosting(pairs.length, (index, row) => {
      const [one, other] = pairs[index] as RecordPair
      const pair = compared(one, other, Number.NEGATIVE_INFINITY)
      if (pair === undefined) return
      writeFeatures(row, pair, weights)
      contradicting[index] = isContradiction(pair, weights, policy) ? 1 : 0
    })
    return probabilities.map((probability, index) => ({
      probability: rounded(probability),
      weight: rounded(weightOf(Math.min(Math.max(probability, LEAST), 1 - LEAST))),
      contradicts: contradicting[index] === 1,
    }))
  }
}

/** Trees are never surer than that. */
const LEAST = 1e-9

function isContradiction({ findings }: ComparedRecords, weights: WeightsModel, policy: Policy): boolean {
  return contradictionOf(findings, evidenceBits(findings, weights), policy) !== undefined
}

/**
 * A blocking key as a number: 52 bits, so that it is a whole number in every language and in the graph; odd where it is
 * loose. In one call and as text: a hash object a key takes three times as long.
 */
export function blockOf(key: string): Block {
  const digest = hash('sha1', key, 'hex')
  const threeBits = Number.parseInt(digest.slice(12, 14), 16) >> 5
  return Number.parseInt(digest.slice(0, 12), 16) * 16 + threeBits * 2 + (isLoose(key) ? 1 : 0)
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
