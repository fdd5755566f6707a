import { activeBlocks, type Block } from '../identity/active-blocks.ts'
import { blockingKeys, ruleOf } from './blocking.ts'
import type { Comparable } from './comparable.ts'
import { blockOf } from './matching.ts'

export interface Candidates {
  /** Indices of records with an active block in common, the lesser first; a pair once, with the rules that propose it. */
  readonly pairs: Iterable<CandidatePair>
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
 * The pairs that share an active block: one that few enough of the records are in, see `mostIn`. A function of the records.
 * `keysOf`: what makes a block; default as in the graph.
 */
export function candidatesOf(records: readonly Comparable[], maxBlock: number, keysOf = blockingKeys): Candidates {
  const rules: string[] = []
  const bits = new Map<Block, number>()
  const blocksOf = records.map((record) => {
    const blocks = new Set<Block>()
    for (const key of keysOf(record)) {
      const block = blockOf(key)
      blocks.add(block)
      bits.set(block, bitOf(ruleOf(key), rules))
    }
    return [...blocks]
  })
  const active = activeBlocks(blocksOf, maxBlock)
  const bitOfNumber = (number: number) => bits.get(active.block(number)) ?? 0
  return {
    rules,
    pairs: Iterator.from(active.pairs()).map(({ a, b, shared }) => ({
      ...{ a, b },
      rules: shared.reduce((all, number) => all | bitOfNumber(number), 0),
    })),
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
