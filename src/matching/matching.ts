import type { CurrentRecord } from '../identity/facts.ts'
import { pairKey, pairOf } from '../identity/keys.ts'
import type { ScoredLink } from '../identity/links.ts'
import type { Policy } from '../identity/policy.ts'
import type { Matching } from '../identity/resolve.ts'
import type { PairKey } from '../identity/types.ts'
import { candidatesOf } from './candidates.ts'
import { type Comparable, comparableOf } from './comparable.ts'
import { compare, type Finding } from './compare.ts'
import { evidenceBits, priorBits, probabilityOf, type WeightsModel } from './weights.ts'

/** Pairs below are not kept: they are neither links nor for review. */
const LEAST = 0.05

/** Matching by a model. Both answers depend on the records and the model alone. */
export function createMatching(model: WeightsModel, policy: Policy): Matching {
  const prepared = new WeakMap<CurrentRecord, Comparable>()
  const prepare = (record: CurrentRecord) => {
    const known = prepared.get(record) ?? comparableOf(record, policy.matching.traits)
    prepared.set(record, known)
    return known
  }
  const prior = priorBits(model)
  const contradicts = (a: CurrentRecord, b: CurrentRecord) => {
    const findings = compareInOrder(prepare(a), prepare(b), model)
    return findings.length >= 2 && evidenceBits(findings, model) <= policy.matching.contradictionBits
  }
  return {
    contradicts,
    score(records) {
      const comparables = records.map(prepare)
      const best = new Map<PairKey, ScoredLink>()
      for (const { a, b } of candidatesOf(comparables, policy.matching.maxBlock).pairs) {
        const [one, other] = [records[a] as CurrentRecord, records[b] as CurrentRecord]
        if (one.account === other.account) continue
        const findings = compareInOrder(comparables[a] as Comparable, comparables[b] as Comparable, model)
        const bits = prior + evidenceBits(findings, model)
        const probability = rounded(probabilityOf(bits))
        const key = pairKey(one.account, other.account)
        if (probability < LEAST || probability <= (best.get(key)?.probability ?? 0)) continue
        const [first, second] = pairOf(key)
        best.set(key, { a: first, b: second, probability, weight: rounded(bits) })
      }
      const recordsOf = Map.groupBy(records, ({ account }) => account)
      return [...best.values()].filter(({ a, b }) => {
        const others = recordsOf.get(b) ?? []
        return !recordsOf.get(a)?.some((one) => others.some((other) => contradicts(one, other)))
      })
    },
  }
}

function compareInOrder(a: Comparable, b: Comparable, model: WeightsModel): Finding[] {
  return a.key < b.key ? compare(a, b, model) : compare(b, a, model)
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
