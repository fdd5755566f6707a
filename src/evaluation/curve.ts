import type { Policy } from '../identity/policy.ts'
import type { Clustering } from './score.ts'
import { type Agreement, countsOf, createTally } from './tally.ts'

/** How well customers would agree with the truth at another link threshold. */
export interface CurvePoint {
  readonly threshold: number
  /** Whether it is the policy's own. */
  readonly in_force: boolean
  /** Customers that hold at least one thing of the truth; a thing without one is one of its own. */
  readonly clusters: number
  readonly pairwise: Agreement
  readonly b_cubed: Agreement
}

const THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99]

/** The link thresholds to compare, ascending, the policy's own among them: below its review threshold no score is kept. */
export function thresholdsOf({
  linkThreshold,
  reviewThreshold,
}: Pick<Policy, 'linkThreshold' | 'reviewThreshold'>): number[] {
  const all = new Set([...THRESHOLDS, reviewThreshold, linkThreshold])
  return [...all].filter((threshold) => threshold >= reviewThreshold).sort((a, b) => a - b)
}

/** A threshold curve that is told customer by customer, and keeps none of them. */
export interface Curve {
  /** A customer that there would be at a threshold, with the things that it holds. */
  add(threshold: number, things: Iterable<string>): void
  points(): CurvePoint[]
}

export function createCurve(truth: Clustering, thresholds: readonly number[], inForce: number): Curve {
  const sizes = countsOf(truth.values())
  const tallies = new Map(thresholds.map((threshold) => [threshold, createTally(sizes)]))
  return {
    add(threshold, things) {
      const entities = Iterator.from(things).map((thing) => truth.get(thing))
      tallies.get(threshold)?.add(countsOf(entities.filter((entity) => entity !== undefined)))
    },
    points: () =>
      [...tallies].map(([threshold, tally]) => {
        const { clusters, pairwise, b_cubed } = tally.result()
        return { threshold, in_force: threshold === inForce, clusters, pairwise, b_cubed }
      }),
  }
}
