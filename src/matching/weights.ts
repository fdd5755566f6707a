import { remembered } from '../identity/remember.ts'
import type { Finding } from './compare.ts'

/** What is known of one level of a comparison: how often records of one customer show it, and how often others do. */
export interface LevelWeights {
  readonly m: number
  readonly u: number
  /** Bits that people's verdicts add to that, or take. */
  readonly taught?: number
}

/** A Fellegi-Sunter model: frozen, a function of what it was trained on. */
export interface WeightsModel {
  readonly name: string
  /** Probability that two records drawn by chance are one customer's. */
  readonly prior: number
  /**
   * What names may add, in bits: how rare a name is cannot be known beyond the records that were seen. `train` takes
   * log2 of twice their number, about what the prior takes away, so that names alone do not link.
   */
  readonly mostNameBits: number
  /** By comparison, then by level. */
  readonly comparisons: Readonly<Record<string, Readonly<Record<string, LevelWeights>>>>
  /** Of what agrees letter for letter: by comparison. */
  readonly frequencies: Readonly<Record<string, TermFrequencies>>
}

export interface TermFrequencies {
  /** Chance that two values drawn at random are equal. */
  readonly collision: number
  /** Share of all values, of those that many records say. */
  readonly terms: Readonly<Record<string, number>>
  /** Of a value that is not among them. */
  readonly rare: number
}

/** Nothing that agrees by its rarity may count for more than so many bits beyond the average value. */
const MOST_RARITY_BITS = 8

const NAMES: ReadonlySet<string> = new Set(['given_name', 'family_name', 'full_name', 'name_order'])

/** What a level says, whatever the terms. */
export function bitsOfLevel({ m, u, taught = 0 }: LevelWeights): number {
  return Math.log2(m / u) + taught
}

/** 0 where the model knows nothing of it. */
export function levelBits(comparison: string, level: string, { comparisons }: WeightsModel): number {
  return bitsOfLevels(comparisons).get(comparison)?.get(level) ?? 0
}

/** Of a model once: models do not change, and are asked of every pair. */
const bitsOfLevels = remembered((comparisons: WeightsModel['comparisons']) => {
  const bits = (levels: Readonly<Record<string, LevelWeights>>) =>
    new Map(Object.entries(levels).map(([level, weights]) => [level, bitsOfLevel(weights)]))
  return new Map(Object.entries(comparisons).map(([comparison, levels]) => [comparison, bits(levels)]))
})

/** Agreeing in what is rare says more than agreeing in what is frequent. */
export function rarityBits(shared: readonly string[], frequencies: TermFrequencies | undefined): number {
  if (frequencies === undefined || shared.length === 0) return 0
  const { terms, rare } = bitsOfTerms(frequencies)
  let bits = 0
  for (const term of shared) bits += terms.get(term) ?? rare
  return Math.max(-MOST_RARITY_BITS, Math.min(MOST_RARITY_BITS, bits))
}

const bitsOfTerms = remembered(({ collision, terms, rare }: TermFrequencies) => ({
  terms: new Map(Object.entries(terms).map(([term, share]) => [term, Math.log2(collision / share)])),
  rare: Math.log2(collision / rare),
}))

/** Bits of names and of all else, apart: names together add no more than a model allows. */
export interface Bits {
  readonly names: number
  readonly others: number
}

/** The sums of what each finding adds. */
function sumBits<F extends Pick<Finding, 'comparison'>>(findings: readonly F[], add: (finding: F) => number): Bits {
  let [names, others] = [0, 0]
  for (const finding of findings) {
    if (NAMES.has(finding.comparison)) names += add(finding)
    else others += add(finding)
  }
  return { names, others }
}

/** Match weight without the prior, of what levels and rarity come to. */
export function matchBits(levels: Bits, rarity: Bits, { mostNameBits }: Pick<WeightsModel, 'mostNameBits'>): number {
  return Math.min(levels.names + rarity.names, mostNameBits) + levels.others + rarity.others
}

/** Match weight without the prior: the bits of all comparisons. */
export function evidenceBits(findings: readonly Finding[], model: WeightsModel): number {
  const levels = { names: 0, others: 0 }
  const rarity = { names: 0, others: 0 }
  for (const { comparison, level, shared } of findings) {
    const part = NAMES.has(comparison) ? 'names' : 'others'
    levels[part] += levelBits(comparison, level, model)
    rarity[part] += rarityBits(shared, model.frequencies[comparison])
  }
  return matchBits(levels, rarity, model)
}

/** Those whose bits count: names do not where they come to more than a model allows. */
export function counting(findings: readonly Finding[], model: WeightsModel): readonly Finding[] {
  const isBound = levelsBits(findings, model).names + raritiesBits(findings, model).names > model.mostNameBits
  return isBound ? findings.filter(({ comparison }) => !NAMES.has(comparison)) : findings
}

/** What the levels add, whatever the terms. */
export function levelsBits(findings: readonly Pick<Finding, 'comparison' | 'level'>[], model: WeightsModel): Bits {
  return sumBits(findings, ({ comparison, level }) => levelBits(comparison, level, model))
}

/** What the rarity of the terms adds, whatever the levels. */
export function raritiesBits(findings: readonly Finding[], { frequencies }: Pick<WeightsModel, 'frequencies'>): Bits {
  return sumBits(findings, ({ comparison, shared }) => rarityBits(shared, frequencies[comparison]))
}

/** Bits of odds, the prior's. */
export function priorBits({ prior }: Pick<WeightsModel, 'prior'>): number {
  return weightOf(prior)
}

/** The match weight of a probability, in bits. */
export function weightOf(probability: number): number {
  return Math.log2(probability / (1 - probability))
}

/** Probability of a match weight, prior included. */
export function probabilityOf(bits: number): number {
  return 1 / (1 + 2 ** -bits)
}
