import { compareKeys } from '../identity/keys.ts'
import { keysToLearnBy } from './blocking.ts'
import { bitOfRule, candidatesOf } from './candidates.ts'
import type { Comparable } from './comparable.ts'
import { compare, type Finding } from './compare.ts'
import { defaultsOf, defaultWeights } from './default-weights.ts'
import { frequenciesOf } from './frequencies.ts'
import { addFindings, type LevelCounts, withShares } from './level-counts.ts'
import { maximise } from './maximise.ts'
import { nameOf } from './model-name.ts'
import { type ComparedPairs, comparedPairs } from './patterns.ts'
import { randomPairs } from './random-pairs.ts'
import { evidenceBits, type LevelWeights, priorBits, probabilityOf, type WeightsModel } from './weights.ts'

export interface Training {
  readonly model: WeightsModel
  readonly records: number
  readonly candidates: number
  readonly randomPairs: number
  readonly rules: readonly RuleReport[]
  readonly iterations: number
  /** Whether another iteration would have changed next to nothing. */
  readonly converged: boolean
}

interface RuleReport {
  readonly rule: string
  /** Pairs that it proposes. */
  readonly pairs: number
  /** Pairs of one customer among them, as far as the model believes. */
  readonly matches: number
}

export interface TrainingOptions {
  readonly maxBlock: number
  /** How many records there are, where those given are a share drawn by chance. */
  readonly of?: number
}

const RANDOM_PAIRS = 1_000_000
/** Drawn pairs of so many bits may be one customer's: they are kept, to be taken out of u. */
const SUSPICIOUS_BITS = -4

/**
 * Estimates a Fellegi-Sunter model without labels: u from pairs drawn by a hash of their numbers, m and the prior by
 * expectation maximisation over the candidate pairs. A comparison learns its m only from pairs that a rule proposes which
 * does not itself make it agree. The same records give the same model, in whatever order they come.
 * Sources: Fellegi & Sunter 1969; Winkler 1988 for EM; u from random pairs as in Splink.
 */
export function train(
  unordered: readonly Comparable[],
  { maxBlock, of = unordered.length }: TrainingOptions,
): Training {
  const records = unordered.toSorted((a, b) => compareKeys(a.key, b.key))
  const mostNameBits = Math.log2(Math.max(2, 2 * of))
  const start: WeightsModel = { ...defaultWeights, mostNameBits, frequencies: frequenciesOf(records) }
  const compareAt = (a: number, b: number) => compare(records[a] as Comparable, records[b] as Comparable, start)
  const drawn = drawPairs(records.length, compareAt, start)
  const { pairs, rules } = candidatesOf(records, maxBlock, keysToLearnBy)
  const candidates = comparedPairs(start)
  for (const { a, b, rules: proposedBy } of pairs) candidates.add(compareAt(a, b), proposedBy)
  const learning = { rules, allPairs: Math.max(1, (records.length * (records.length - 1)) / 2) }
  // What the first round takes for one customer's is taken out of u for the second.
  const first = maximise(withU(start, drawn), candidates, learning)
  const { model, converged, beliefs, ...second } = maximise(withU(first.model, drawn), candidates, learning)
  return {
    model: { ...model, name: nameOf(model) },
    rules: rules.map((rule, index) => ({ rule, ...beliefsOfRule(candidates, beliefs, index) })),
    ...{ records: records.length, candidates: candidates.length, randomPairs: drawn.pairs, converged },
    iterations: first.iterations + second.iterations,
  }
}

type Levels = Readonly<Record<string, LevelWeights>>

interface Drawn {
  readonly pairs: number
  readonly counts: LevelCounts
  readonly suspicious: readonly (readonly Finding[])[]
}

function drawPairs(records: number, compareAt: (a: number, b: number) => Finding[], model: WeightsModel): Drawn {
  const counts: LevelCounts = new Map()
  const suspicious: Finding[][] = []
  const prior = priorBits(model)
  let pairs = 0
  for (const [a, b] of randomPairs(records, RANDOM_PAIRS)) {
    const findings = compareAt(a, b)
    pairs += 1
    addFindings(counts, findings, 1)
    if (prior + evidenceBits(findings, model) > SUSPICIOUS_BITS) suspicious.push(findings)
  }
  return { pairs, counts, suspicious }
}

/** u of all drawn pairs, less those that the model takes for one customer's. */
function withU(model: WeightsModel, { pairs, counts, suspicious }: Drawn): WeightsModel {
  const others: LevelCounts = new Map(counts.entries().map(([comparison, levels]) => [comparison, new Map(levels)]))
  const prior = priorBits(model)
  for (const findings of suspicious)
    addFindings(others, findings, -probabilityOf(prior + evidenceBits(findings, model)))
  return withFloor(withShares(model, others, 'u'), pairs)
}

/**
 * What was not seen among n pairs may still be as frequent as 3 in n (the rule of three). Where n is small that says
 * nothing: then what is known without data is floor enough.
 */
function withFloor(model: WeightsModel, pairs: number): WeightsModel {
  const comparisons = Object.entries(model.comparisons).map(([comparison, levels]) => [
    comparison,
    floored(levels, defaultsOf(comparison), 3 / pairs),
  ])
  return { ...model, comparisons: Object.fromEntries(comparisons) }
}

function floored(levels: Levels, defaults: Levels, least: number): Levels {
  return Object.fromEntries(
    Object.entries(levels).map(([level, { m, u }]) => [
      level,
      { m, u: Math.max(u, Math.min(least, defaults[level]?.u ?? least)) },
    ]),
  )
}

function beliefsOfRule(
  candidates: ComparedPairs,
  beliefs: Float64Array,
  rule: number,
): { pairs: number; matches: number } {
  let [pairs, matches] = [0, 0]
  for (let pair = 0; pair < candidates.length; pair += 1) {
    if ((candidates.rules(pair) & bitOfRule(rule)) === 0) continue
    pairs += 1
    matches += beliefs[pair] ?? 0
  }
  return { pairs, matches }
}
