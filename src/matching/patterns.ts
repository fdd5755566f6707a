import type { Finding } from './compare.ts'
import { type Bits, raritiesBits, type WeightsModel } from './weights.ts'

/** What pairs agree in without its terms: the same levels of the same comparisons. */
type Pattern = readonly Pick<Finding, 'comparison' | 'level'>[]

/** Compared pairs in little memory: of each its pattern and what rarity adds to it. */
export interface ComparedPairs {
  readonly patterns: readonly Pattern[]
  readonly length: number
  add(findings: readonly Finding[], rules: number): void
  pattern(pair: number): number
  /** Bits of the terms that agree, whatever the weights. */
  rarity(pair: number): Bits
  /** The blocking rules that propose it. */
  rules(pair: number): number
}

export function comparedPairs(model: Pick<WeightsModel, 'frequencies'>): ComparedPairs {
  const patterns: Pattern[] = []
  const numbers = new Map<string, number>()
  const pattern: number[] = []
  const nameRarity: number[] = []
  const otherRarity: number[] = []
  const rules: number[] = []
  const numberOf = (findings: readonly Finding[]) => {
    const text = findings.map(({ comparison, level }) => `${comparison}=${level}`).join('\t')
    let number = numbers.get(text)
    if (number === undefined) {
      number = patterns.push(findings.map(({ comparison, level }) => ({ comparison, level }))) - 1
      numbers.set(text, number)
    }
    return number
  }
  return {
    patterns,
    get length() {
      return pattern.length
    },
    add(findings, proposedBy) {
      pattern.push(numberOf(findings))
      const { names, others } = raritiesBits(findings, model)
      nameRarity.push(names)
      otherRarity.push(others)
      rules.push(proposedBy)
    },
    pattern: (pair) => pattern[pair] ?? 0,
    rarity: (pair) => ({ names: nameRarity[pair] ?? 0, others: otherRarity[pair] ?? 0 }),
    rules: (pair) => rules[pair] ?? 0,
  }
}
