import { createHash } from 'node:crypto'
import type { Block } from '../identity/active-blocks.ts'
import type { Description } from '../identity/facts.ts'
import type { Policy } from '../identity/policy.ts'
import type { Matching } from '../identity/resolve.ts'
import type { Opinion } from '../identity/scoring.ts'
import { blockingKeys, isLoose } from './blocking.ts'
import { rememberedComparables } from './comparable.ts'
import { compareAbove } from './compare.ts'
import { contradictionOf } from './contradiction.ts'
import { evidenceBits, priorBits, probabilityOf, type WeightsModel, weightOf } from './weights.ts'

/** Matching by a model. All answers depend on the records and the model alone. */
export function createMatching(model: WeightsModel, policy: Policy): Matching {
  const prepare = rememberedComparables(policy)
  const prior = priorBits(model)
  const opinionOn = (one: Description, other: Description, least: number): Opinion | undefined => {
    // In the order of their keys, so that sums of bits are the same to the last digit.
    const [a, b] = one.key < other.key ? [one, other] : [other, one]
    const findings = compareAbove(prepare(a), prepare(b), model, least)
    if (findings === undefined) return undefined
    const bits = evidenceBits(findings, model)
    return {
      probability: rounded(probabilityOf(prior + bits)),
      weight: rounded(prior + bits),
      contradicts: contradictionOf(findings, bits, policy) !== undefined,
    }
  }
  // Rounded up, a probability may be reached by a hair's breadth less.
  const least = weightOf(policy.reviewThreshold) - prior - HAIRS_BREADTH
  return {
    model: model.name,
    contradicts: (a, b) => opinionOn(a, b, Number.NEGATIVE_INFINITY)?.contradicts === true,
    blocksOf: (record) => [...new Set(blockingKeys(prepare(record)).map(blockOf))],
    score: (a, b) => {
      const opinion = opinionOn(a, b, least)
      return opinion === undefined || opinion.probability < policy.reviewThreshold ? undefined : opinion
    },
  }
}

const HAIRS_BREADTH = 0.001

/** A blocking key as a number: 52 bits, so that it is a whole number in every language and in the graph; odd where it is loose. */
export function blockOf(key: string): Block {
  const digest = createHash('sha1').update(key).digest()
  return digest.readUIntBE(0, 6) * 16 + ((digest[6] ?? 0) >> 5) * 2 + (isLoose(key) ? 1 : 0)
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
