import type { Policy } from '../identity/policy.ts'
import { areOfOneFamily, type Finding } from './compare.ts'

/** Fewer comparisons than this are too few to contradict anybody. */
const LEAST_COMPARISONS = 2

/** Why two records cannot be one customer's: `unlike` each other, or of two people of one family who share a phone. */
export type Contradiction = 'unlike' | 'one_family'

/** `bits`: what the findings come to, the prior left out. */
export function contradictionOf(
  findings: readonly Finding[],
  bits: number,
  { matching }: Pick<Policy, 'matching'>,
): Contradiction | undefined {
  if (findings.length < LEAST_COMPARISONS) return undefined
  if (bits <= matching.contradictionBits) return 'unlike'
  return areOfOneFamily(findings) ? 'one_family' : undefined
}
