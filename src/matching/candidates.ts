import { blockingKeys, ruleOf } from './blocking.ts'
import type { Comparable } from './comparable.ts'

export interface Candidates {
  /** Indices of records of one active key each time, the lesser first; a pair once, with the rules that propose it. */
  readonly pairs: IteratorObject<CandidatePair>
  readonly count: number
  /** Whose bits the pairs carry, see `bitOfRule`. */
  readonly rules: readonly string[]
}

interface CandidatePair {
  readonly a: number
  readonly b: number
  /** A bit for each rule of `rules`. */
  readonly rules: number
}

/**
 * The pairs that share an active blocking key: one that at most `maxBlock` of the records carry. A function of the
 * records; with memory of one number a pair.
 */
export function candidatesOf(records: readonly Comparable[], maxBlock: number): Candidates {
  const blocks = new Map<string, number[]>()
  for (const [index, record] of records.entries()) {
    for (const key of blockingKeys(record)) {
      const block = blocks.get(key)
      if (block === undefined) blocks.set(key, [index])
      else block.push(index)
    }
  }
  const rules: string[] = []
  const found = new Map<number, number>()
  for (const [key, block] of blocks) {
    if (block.length < 2 || block.length > maxBlock) continue
    const bit = bitOf(ruleOf(key), rules)
    for (const [at, a] of block.entries()) {
      for (const b of block.slice(at + 1)) {
        const pair = a * records.length + b
        found.set(pair, (found.get(pair) ?? 0) | bit)
      }
    }
  }
  const n = records.length
  return {
    rules,
    count: found.size,
    pairs: found.entries().map(([pair, bits]) => ({ a: Math.floor(pair / n), b: pair % n, rules: bits })),
  }
}

/** Rules beyond the thirtieth share a bit. */
export function bitOfRule(index: number): number {
  return 1 << Math.min(index, 30)
}

function bitOf(rule: string, rules: string[]): number {
  const index = rules.indexOf(rule)
  return bitOfRule(index < 0 ? rules.push(rule) - 1 : index)
}
