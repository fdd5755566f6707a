import type { MatchExplanation } from '../matching/explain.ts'

/** A match weight as lines: where it begins, what each comparison adds or takes, and where it ends. */
export function waterfall({ prior, comparisons, bound, weight, probability, weighed }: MatchExplanation): string[] {
  const rows = [
    ['of any two records', '', prior],
    ...comparisons.map(({ comparison, level, shared, bits }) => [
      comparison.replaceAll('_', ' '),
      `${level}${shared.length === 0 ? '' : ` (${shared.join(' ')})`}`,
      bits,
    ]),
    ...(bound < -0.05 ? [['names', 'say no more than this', bound]] : []),
  ] as [string, string, number][]
  return [
    ...rows.map(([what, how, bits]) => `${signed(bits)}  ${what}${how === '' ? '' : `: ${how}`}`),
    `${weight.toFixed(1).padStart(6)}  bits: ${(100 * (weighed ?? probability)).toFixed(1)} %`,
    ...(weighed === undefined ? [] : [`        the boosted model, which decides: ${(100 * probability).toFixed(1)} %`]),
  ]
}

/** Why two records cannot be one customer's. */
export function contradictionInWords({ contradiction, weight, prior }: MatchExplanation): string {
  return contradiction === 'one_family'
    ? 'of one phone, by another name, born on another day: two of one family'
    : `what they say differs too much: ${(weight - prior).toFixed(1)} bits, whatever the prior`
}

function signed(bits: number): string {
  return `${bits < 0 ? '' : '+'}${bits.toFixed(1)}`.padStart(6)
}
