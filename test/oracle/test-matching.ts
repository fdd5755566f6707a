import type { CurrentRecord } from '../../src/identity/facts.ts'
import { compareKeys } from '../../src/identity/keys.ts'
import type { Matching } from '../../src/identity/resolve.ts'
import type { IdentifierKey } from '../../src/identity/types.ts'
import type { OracleRules, ScoreLimits } from './oracle.ts'

/** One arbitrary but fixed opinion on records, in the shapes that resolve and the oracle ask for. */
export interface TestMatching extends Matching {
  readonly salt: number
  readonly forOracle: Pick<OracleRules, 'contradicts' | 'score'>
}

interface Told {
  readonly account: IdentifierKey
  readonly said: string
}

/**
 * A matching that depends on nothing but traits and the salt: symmetric, indifferent to the order of records, with
 * a contradiction in some five pairs of different rows and a score in every third.
 */
export function testMatching(salt: number): TestMatching {
  const draw = (purpose: string, a: Told, b: Told) => hash([purpose, salt, ...[a.said, b.said].sort()].join('|'))
  const contradict = (a: Told, b: Told) =>
    a.said !== b.said && a.said !== '' && b.said !== '' && draw('contradiction', a, b) % 5 === 0
  // Two blocks a row, of a few: many meet, and with small limits some blocks are too large.
  const blocksOf = ({ said }: Told) =>
    said === '' ? [] : [...new Set([0, 1].map((n) => 3 * n + (hash(`${n}|${salt}|${said}`) % 3)))]
  const opinion = (one: Told, other: Told) => {
    const probability =
      draw('score', one, other) % 3 === 0
        ? (PROBABILITIES[draw('probability', one, other) % PROBABILITIES.length] ?? 0)
        : LEAST_ALIKE / 2
    return { probability, weight: Math.log2(probability / (1 - probability)), contradicts: contradict(one, other) }
  }
  /** By the letter: of any two records, whether they share a block that is not too large, then what is thought of them. */
  const score = (records: readonly Told[], { maxBlock, least }: ScoreLimits) => {
    const carriers = (block: number) => records.filter((record) => blocksOf(record).includes(block)).length
    const best = new Map<string, { a: IdentifierKey; b: IdentifierKey; probability: number; weight: number }>()
    const apart = new Set<string>()
    for (const one of records) {
      for (const other of records) {
        if (compareKeys(one.account, other.account) >= 0 || one.said === '' || other.said === '') continue
        const pair = `${one.account} ${other.account}`
        if (contradict(one, other)) apart.add(pair)
        const shared = blocksOf(one).filter(
          (block) =>
            blocksOf(other).includes(block) &&
            carriers(block) <= (block % 2 === 1 ? Math.max(2, Math.ceil(maxBlock / 3)) : maxBlock),
        )
        const { probability, weight } = opinion(one, other)
        if (shared.length === 0 || probability < least || (best.get(pair)?.probability ?? 0) >= probability) continue
        best.set(pair, { a: one.account, b: other.account, probability, weight })
      }
    }
    return [...best].filter(([pair]) => !apart.has(pair)).map(([, link]) => link)
  }
  return {
    salt,
    model: 'test',
    contradicts: (a, b) => contradict(told(a), told(b)),
    blocksOf: (record) => blocksOf(told(record)),
    score: async (pairs) =>
      pairs.map(([a, b]) => {
        const found = opinion(told(a), told(b))
        return found.probability < LEAST_ALIKE ? undefined : found
      }),
    forOracle: {
      contradicts: (a, b) =>
        contradict(
          told({ ...a, fields: Object.fromEntries(a.fields) }),
          told({ ...b, fields: Object.fromEntries(b.fields) }),
        ),
      score: (records, limits) =>
        score(
          records.map((record) => told({ ...record, fields: Object.fromEntries(record.fields) })),
          limits,
        ),
    },
  }
}

const LEAST_ALIKE = 0.2
const PROBABILITIES = [0.99, 0.95, 0.93, 0.9, 0.86, 0.85, 0.6, 0.4]

function told({ account, fields }: Pick<CurrentRecord, 'account' | 'fields'>): Told {
  const said = Object.entries(fields).map(([name, { value }]) => `${name}=${value}`)
  return { account, said: said.sort(compareKeys).join(';') }
}

// FNV-1a, 32 bits.
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193) >>> 0
  return value >>> 8
}
