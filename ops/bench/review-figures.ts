import type { Score } from '../../src/evaluation/score.ts'

export interface Figures {
  readonly f1: number
  readonly precision: number
  readonly b_cubed: number
}

/** Of several worlds. */
export function mean(scores: readonly Score[]): Figures {
  const of = (figure: (score: Score) => number) =>
    Math.round((1e5 * scores.reduce((sum, score) => sum + figure(score), 0)) / scores.length) / 1e5
  return {
    f1: of(({ pairwise }) => pairwise.f1),
    precision: of(({ pairwise }) => pairwise.precision),
    b_cubed: of(({ b_cubed }) => b_cubed.f1),
  }
}

/** The reviews from which on the F1 of a curve is above a baseline's and stays there; null where it never is. */
export function reviewsToBeat(
  baseline: Pick<Figures, 'f1'>,
  curve: readonly (Pick<Figures, 'f1'> & { readonly reviews: number })[],
): number | null {
  const last = curve.findLastIndex(({ f1 }) => f1 <= baseline.f1)
  return curve[last + 1]?.reviews ?? null
}
