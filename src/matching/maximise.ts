import { bug } from '../errors.ts'
import { comparisonsOfRule } from './blocking.ts'
import { bitOfRule } from './candidates.ts'
import { bump, type LevelCounts, withShares } from './level-counts.ts'
import type { ComparedPairs } from './patterns.ts'
import { levelsBits, matchBits, priorBits, probabilityOf, type WeightsModel } from './weights.ts'

export interface Maximised {
  readonly model: WeightsModel
  readonly iterations: number
  /** Whether another iteration would have changed next to nothing. */
  readonly converged: boolean
  /** How far each pair is believed to be one customer's, 0 to 1. */
  readonly beliefs: Float64Array
}

const MOST_ITERATIONS = 100
const SETTLED = 0.0005
const LEAST_PRIOR = 1e-9

/**
 * Expectation maximisation over candidate pairs, until m and the prior settle; u stays. A comparison learns only from
 * pairs that one of `rules` proposes which does not itself make it agree. `allPairs`: of all records, candidates or not.
 */
export function maximise(
  start: WeightsModel,
  candidates: ComparedPairs,
  { rules, allPairs }: { rules: readonly string[]; allPairs: number },
): Maximised {
  const beliefs = new Float64Array(candidates.length)
  let model = start
  let [iterations, converged] = [0, false]
  while (iterations < MOST_ITERATIONS && !converged) {
    iterations += 1
    const counts = expect(model, candidates, rules, beliefs)
    const matches = beliefs.reduce((sum, belief) => sum + belief, 0)
    const next = { ...withShares(model, counts, 'm'), prior: Math.min(0.5, Math.max(LEAST_PRIOR, matches / allPairs)) }
    converged = difference(model, next) < SETTLED
    model = next
  }
  return { model, iterations, converged, beliefs }
}

/** Fills in the beliefs, and counts what pairs so believed show, of comparisons left open. */
function expect(
  model: WeightsModel,
  candidates: ComparedPairs,
  rules: readonly string[],
  beliefs: Float64Array,
): LevelCounts {
  const prior = priorBits(model)
  const levels = candidates.patterns.map((pattern) => levelsBits(pattern, model))
  // By the rules that propose a pair, then by its pattern.
  const sums = new Map<number, Map<number, number>>()
  for (let pair = 0; pair < candidates.length; pair += 1) {
    const pattern = candidates.pattern(pair)
    const bits = matchBits(levels[pattern] ?? bug('a pair without its pattern'), candidates.rarity(pair), model)
    const belief = probabilityOf(prior + bits)
    beliefs[pair] = belief
    const ofRules = sums.get(candidates.rules(pair)) ?? new Map<number, number>()
    sums.set(candidates.rules(pair), ofRules)
    ofRules.set(pattern, (ofRules.get(pattern) ?? 0) + belief)
  }
  const counts: LevelCounts = new Map()
  for (const [proposedBy, ofPatterns] of sums) {
    const isOpen = openTo(proposedBy, rules)
    for (const [number, belief] of ofPatterns) {
      for (const { comparison, level } of candidates.patterns[number] ?? []) {
        if (isOpen(comparison)) bump(counts, comparison, level, belief)
      }
    }
  }
  return counts
}

/** Whether one of the rules that propose a pair leaves a comparison open. */
function openTo(proposedBy: number, rules: readonly string[]): (comparison: string) => boolean {
  const closed = rules.flatMap((rule, index) =>
    (proposedBy & bitOfRule(index)) === 0 ? [] : [new Set(comparisonsOfRule(rule))],
  )
  return (comparison) => closed.some((comparisons) => !comparisons.has(comparison))
}

/** The greatest change of a share. */
function difference(a: WeightsModel, b: WeightsModel): number {
  let greatest = Math.abs(a.prior - b.prior)
  for (const [comparison, levels] of Object.entries(b.comparisons)) {
    for (const [level, { m }] of Object.entries(levels)) {
      greatest = Math.max(greatest, Math.abs(m - (a.comparisons[comparison]?.[level]?.m ?? 0)))
    }
  }
  return greatest
}
