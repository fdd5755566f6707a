import { joinSeen, type Seen } from '../identity/facts.ts'
import { pairOf } from '../identity/keys.ts'
import type { Decision, IdentifierKey, PairKey } from '../identity/types.ts'
import type { Batch } from './resolver-types.ts'
import type { Touched } from './touched.ts'

/** What a batch changes, before any customer is looked at. */
export interface News {
  /** Identifiers whose customer may be another one now. */
  readonly dirty: ReadonlySet<IdentifierKey>
  /** Among them those that may stand on less than before: what they stand on is to be read whole. */
  readonly weakened: ReadonlySet<IdentifierKey>
}

/** Finds the identifiers from which the change spreads. */
export function newsOf(batch: Batch, touched: Touched): News {
  const dirty = new Set<IdentifierKey>()
  const weakened = new Set<IdentifierKey>(batch.revisit?.identifiers)
  for (const key of dirtyRecords(batch, touched)) {
    // Withdrawn before it ever came: it has no account yet.
    const account = touched.evidence.records.get(key)?.account
    if (account !== undefined) weakened.add(account)
  }
  for (const [pair, seen] of touched.observed) {
    const before = touched.before.observed.get(pair)?.seen
    if (sameSeen(before, seen)) continue
    for (const key of pairOf(pair)) {
      dirty.add(key)
      if (isLess(seen, before)) weakened.add(key)
    }
  }
  for (const [key, alone] of touched.alone) {
    const stored = touched.before.identifiers.get(key)
    if (stored === undefined || !sameSeen(stored.seen, joinSeen(stored.seen, alone))) dirty.add(key)
  }
  for (const decision of touched.decided) {
    for (const key of subjectsOf(decision)) if (touched.evidence.identifiers.has(key)) dirty.add(key)
  }
  for (const key of weakened) if (touched.evidence.identifiers.has(key)) dirty.add(key)
  return { dirty, weakened }
}

/** The records of which the batch says anything new, or that it revisits. */
export function dirtyRecords(batch: Batch, { news }: Pick<Touched, 'news'>) {
  const keys = new Set(batch.revisit?.records)
  for (const [index, { record }] of batch.observations.entries()) if (record && news[index]) keys.add(record.key)
  return keys
}

/** The identifiers that a decision is about. */
function subjectsOf(decision: Decision): IdentifierKey[] {
  if (decision.decision === 'assertion') return [decision.a, decision.b]
  return decision.decision === 'override' ? [decision.identifier] : []
}

export function sameSeen(a: Seen | undefined, b: Seen | undefined): boolean {
  return a?.firstSeen === b?.firstSeen && a?.lastSeen === b?.lastSeen
}

function isLess(seen: Seen | undefined, before: Seen | undefined): boolean {
  return !sameSeen(joinSeen(before, seen), seen)
}

/** The touched pairs of an identifier that count now. */
export function touchedPairsOf(touched: Touched): ReadonlyMap<IdentifierKey, ReadonlyMap<PairKey, Seen | undefined>> {
  const byKey = new Map<IdentifierKey, Map<PairKey, Seen | undefined>>()
  for (const [pair, seen] of touched.observed) {
    for (const key of pairOf(pair)) {
      const pairs = byKey.get(key) ?? new Map()
      byKey.set(key, pairs.set(pair, seen))
    }
  }
  return byKey
}
