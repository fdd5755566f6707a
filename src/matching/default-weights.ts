import { comparisonLevels } from './compare.ts'
import type { LevelWeights, WeightsModel } from './weights.ts'

/**
 * What the service knows before it has learned anything: shares of pairs of one customer's records (m) and of others'
 * (u) by level, best level first, as retail and registry data commonly show them.
 */
const DEFAULTS: Readonly<Record<string, readonly (readonly [m: number, u: number])[]>> = {
  given_name: [
    [0.74, 0.01],
    [0.04, 0.002],
    [0.08, 0.003],
    [0.05, 0.003],
    [0.02, 0.006],
    [0.01, 0.006],
    [0.03, 0.02],
    [0.03, 0.95],
  ],
  family_name: [
    [0.8, 0.01],
    [0.001, 0.0002],
    [0.09, 0.002],
    [0.03, 0.002],
    [0.01, 0.005],
    [0.01, 0.005],
    [0.02, 0.02],
    [0.04, 0.956],
  ],
  full_name: [
    [0.68, 0.001],
    [0.02, 0.0005],
    [0.1, 0.001],
    [0.12, 0.005],
    [0.02, 0.005],
    [0.04, 0.25],
    [0.01, 0.01],
    [0.01, 0.7275],
  ],
  name_order: [
    [0.97, 0.9],
    [0.03, 0.1],
  ],
  birth_date: [
    [0.86, 0.00004],
    [0.08, 0.001],
    [0.03, 0.006],
    [0.01, 0.015],
    [0.02, 0.978],
  ],
  gender: [
    [0.98, 0.5],
    [0.02, 0.5],
  ],
  address: [
    [0.56, 0.00005],
    [0.08, 0.0003],
    [0.06, 0.001],
    [0.03, 0.0005],
    [0.07, 0.01],
    [0.2, 0.98815],
  ],
  city: [
    [0.75, 0.05],
    [0.08, 0.005],
    [0.17, 0.945],
  ],
  region: [
    [0.9, 0.2],
    [0.02, 0.01],
    [0.08, 0.79],
  ],
  email: [
    [0.68, 0.00005],
    [0.05, 0.0005],
    [0.1, 0.0005],
    [0.02, 0.0005],
    [0.15, 0.99845],
  ],
  phone: [
    [0.57, 0.00005],
    [0.1, 0.0005],
    [0.03, 0.0005],
    [0.3, 0.99895],
  ],
  free: [
    [0.8, 0.05],
    [0.05, 0.01],
    [0.15, 0.94],
  ],
}

export const defaultWeights: WeightsModel = {
  name: 'default',
  prior: 0.0002,
  mostNameBits: 12,
  comparisons: Object.fromEntries(Object.keys(DEFAULTS).map((comparison) => [comparison, defaultsOf(comparison)])),
  frequencies: {},
}

/** The weights that a comparison starts from. */
export function defaultsOf(comparison: string): Readonly<Record<string, LevelWeights>> {
  const name = Object.hasOwn(DEFAULTS, comparison) ? comparison : 'free'
  const weights = DEFAULTS[name] ?? []
  return Object.fromEntries(
    (comparisonLevels[name] ?? []).map((level, index) => {
      const [m, u] = weights[index] ?? [0.5, 0.5]
      return [level, { m, u }]
    }),
  )
}
