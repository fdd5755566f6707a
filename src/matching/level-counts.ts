import type { Finding } from './compare.ts'
import { defaultsOf } from './default-weights.ts'
import type { LevelWeights, WeightsModel } from './weights.ts'

/** How many pairs, or how much of them, showed a level: by comparison, then by level. */
export type LevelCounts = Map<string, Map<string, number>>

export function addFindings(counts: LevelCounts, findings: readonly Finding[], weight: number): void {
  for (const { comparison, level } of findings) bump(counts, comparison, level, weight)
}

export function bump(counts: LevelCounts, comparison: string, level: string, by: number): void {
  const levels = counts.get(comparison) ?? new Map<string, number>()
  counts.set(comparison, levels)
  levels.set(level, (levels.get(level) ?? 0) + by)
}

/** The model with m or u as counted. */
export function withShares(model: WeightsModel, counts: LevelCounts, of: 'm' | 'u'): WeightsModel {
  const learned: Record<string, Record<string, LevelWeights>> = {}
  for (const [comparison, levels] of counts) {
    const share = sharesOf(comparison, levels, of)
    const before = model.comparisons[comparison] ?? defaultsOf(comparison)
    learned[comparison] = Object.fromEntries(
      Object.entries(before).map(([level, weights]) => [level, { ...weights, [of]: share(level) }]),
    )
  }
  return { ...model, comparisons: { ...model.comparisons, ...learned } }
}

/** Pseudo-counts in proportion to the defaults: a level never seen is rare, not impossible. */
const DEFAULTS_COUNT = { m: 20, u: 2 }

function sharesOf(comparison: string, counts: ReadonlyMap<string, number>, of: 'm' | 'u'): (level: string) => number {
  const defaults = defaultsOf(comparison)
  const weight = DEFAULTS_COUNT[of]
  const total = counts.values().reduce((sum, count) => sum + count, 0) + weight
  return (level) => (Math.max(0, counts.get(level) ?? 0) + weight * (defaults[level]?.[of] ?? 0)) / total
}
