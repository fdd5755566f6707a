import { compareKeys } from '../identity/keys.ts'
import type { Comparable } from './comparable.ts'
import { freeComparison } from './compare.ts'
import { bump } from './level-counts.ts'
import { foldedWords } from './names.ts'
import type { TermFrequencies } from './weights.ts'

/** Values of fewer records are not named: a model is stored, copied and shown, and what is rare tells of somebody. */
const LEAST_RECORDS = 10

/** How frequent each value is, of the comparisons in which that matters. */
export function frequenciesOf(records: readonly Comparable[]): Record<string, TermFrequencies> {
  const counts = new Map<string, Map<string, number>>()
  const count = (comparison: string, term: string) => {
    if (term !== '') bump(counts, comparison, term, 1)
  }
  for (const record of records) {
    const { given, family, all } = record.names()
    for (const word of foldedWords(given)) count('given_name', word)
    for (const word of foldedWords(family)) count('family_name', word)
    for (const word of foldedWords(all)) count('full_name', word)
    count('city', record.city)
    count('region', record.region)
    for (const [trait, text] of record.free) count(freeComparison(trait), text)
  }
  return Object.fromEntries([...counts].map(([comparison, terms]) => [comparison, tableOf(terms)]))
}

function tableOf(counts: ReadonlyMap<string, number>): TermFrequencies {
  const total = counts.values().reduce((sum, count) => sum + count, 0)
  const often = [...counts].filter(([, count]) => count >= LEAST_RECORDS)
  return {
    collision: counts.values().reduce((sum, count) => sum + (count / total) ** 2, 0),
    terms: Object.fromEntries(
      often.toSorted(([a], [b]) => compareKeys(a, b)).map(([term, count]) => [term, count / total]),
    ),
    rare: Math.min(1, 2 / total),
  }
}
