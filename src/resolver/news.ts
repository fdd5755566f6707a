import { joinSeen, type Seen } from '../identity/facts.ts'
import { pairOf } from '../identity/keys.ts'
import type { Decision, IdentifierKey, PairKey, RecordKey } from '../identity/types.ts'
import type { Batch } from './resolver-types.ts'
import type { Touched } from './touched.ts'

/** What a batch changes, before any customer is looked at. */
export interface News {
  /** Identifiers whose customer may be another one now. */
  readonly dirty: ReadonlySet<IdentifierKey>
  /** Among them those that may stand on less than before: what they stand on is to be read whole. */
  readonly weakened: ReadonlySet<IdentifierKey>
  /** Among them those that a decision of the batch is about. */
  readonly decided: ReadonlySet<IdentifierKey>
  /** The records of which the batch says anything new, or that it revisits. */
  readonly records: ReadonlySet<RecordKey>
  /** The touched pairs of each identifier. */
  readonly pairs: ReadonlyMap<IdentifierKey, ReadonlyMap<PairKey, Seen | undefined>>
}

/** Finds the identifiers from which the change spreads. */
export function newsOf(batch: Batch, touched: Touched): News {
  const { evidence, before } = touched
  const exists = (key: IdentifierKey) => evidence.identifiers.has(key)
  const dirty = new Set<IdentifierKey>()
  const weakened = new Set<IdentifierKey>([...(batch.revisit?.identifiers ?? [])].filter(exists))
  const records = newRecords(batch, touched)
  for (const key of records) {
    // Withdrawn before it ever came: it has no account yet.
    const account = evidence.records.get(key)?.account
    if (account === undefined) continue
    dirty.add(account)
    if (batch.revisit !== undefined || saysLess(key, touched)) weakened.add(account)
  }
  for (const [pair, seen] of touched.observed) {
    const known = before.observed.get(pair)?.seen
    if (sameSeen(known, seen)) continue
    for (const key of pairOf(pair)) {
      dirty.add(key)
      if (isLess(seen, known)) weakened.add(key)
    }
  }
  for (const [key, alone] of touched.alone) {
    const stored = before.identifiers.get(key)
    if (stored === undefined || !sameSeen(stored.seen, joinSeen(stored.seen, alone))) dirty.add(key)
  }
  const decided = new Set(touched.decided.flatMap(subjectsOf).filter(exists))
  for (const keys of [decided, weakened]) for (const key of keys) dirty.add(key)
  return { dirty, weakened, decided, records, pairs: touchedPairsOf(touched) }
}

function newRecords(batch: Batch, { news }: Touched): Set<RecordKey> {
  const keys = new Set(batch.revisit?.records)
  for (const [index, { record }] of batch.observations.entries()) if (record && news[index]) keys.add(record.key)
  return keys
}

/** Whether a record no longer claims what it claimed, or says nothing at all any more. */
function saysLess(key: RecordKey, { before, records }: Touched): boolean {
  const [stored, now] = [before.records.get(key), records.get(key)]
  const isSilent = stored?.current !== undefined && now?.current === undefined
  return isSilent || [...(stored?.claims ?? [])].some((claim) => now?.claims.has(claim) !== true)
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

function touchedPairsOf(touched: Touched): Map<IdentifierKey, Map<PairKey, Seen | undefined>> {
  const byKey = new Map<IdentifierKey, Map<PairKey, Seen | undefined>>()
  for (const [pair, seen] of touched.observed) {
    for (const key of pairOf(pair)) {
      const pairs = byKey.get(key)
      if (pairs === undefined) byKey.set(key, new Map([[pair, seen]]))
      else pairs.set(pair, seen)
    }
  }
  return byKey
}
