import type { CurrentRecord } from '../../src/identity/facts.ts'
import { compareKeys } from '../../src/identity/keys.ts'
import type { Matching } from '../../src/identity/resolve.ts'
import type { IdentifierKey } from '../../src/identity/types.ts'
import type { OracleRules } from './oracle.ts'

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
  const score = (records: readonly Told[]) => {
    const best = new Map<string, { a: IdentifierKey; b: IdentifierKey; probability: number; weight: number }>()
    const apart = new Set<string>()
    for (const one of records) {
      for (const other of records) {
        if (compareKeys(one.account, other.account) >= 0 || one.said === '' || other.said === '') continue
        const pair = `${one.account} ${other.account}`
        if (contradict(one, other)) apart.add(pair)
        if (draw('score', one, other) % 3 !== 0) continue
        const probability = PROBABILITIES[draw('probability', one, other) % PROBABILITIES.length] ?? 0
        if ((best.get(pair)?.probability ?? 0) >= probability) continue
        best.set(pair, {
          a: one.account,
          b: other.account,
          probability,
          weight: Math.log2(probability / (1 - probability)),
        })
      }
    }
    const links = [...best].filter(([pair]) => !apart.has(pair)).map(([, link]) => link)
    // The order of the answer must not matter either.
    return salt % 2 === 0 ? links : links.reverse()
  }
  return {
    salt,
    contradicts: (a, b) => contradict(told(a), told(b)),
    score: (records) => score(records.map(told)),
    forOracle: {
      contradicts: (a, b) =>
        contradict(
          told({ ...a, fields: Object.fromEntries(a.fields) }),
          told({ ...b, fields: Object.fromEntries(b.fields) }),
        ),
      score: (records) =>
        score(records.map((record) => told({ ...record, fields: Object.fromEntries(record.fields) }))),
    },
  }
}

const PROBABILITIES = [0.99, 0.95, 0.93, 0.9, 0.86, 0.85, 0.6]

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
