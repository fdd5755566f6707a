import {
  type Evidence,
  isLater,
  type Overlay,
  parseSupport,
  type RecordEvidence,
  type RecordVersion,
  type SupportKey,
  type Supports,
  withdrawalScope,
} from './evidence.ts'
import { pairKey, pairOf, recordKey } from './keys.ts'
import type { Assertion, Day, Decision, IdentifierKey, Millis, PairKey, RecordKey } from './types.ts'

/** What the evidence says today: only what stands on a support that counts. The input of resolve. */
export interface Facts {
  readonly identifiers: Map<IdentifierKey, Seen>
  readonly observed: Map<PairKey, Seen>
  readonly records: Map<RecordKey, CurrentRecord>
  /** In force and not withdrawn. */
  readonly assertions: Map<PairKey, Assertion>
  readonly overrides: Map<IdentifierKey, 'block' | 'allow'>
}

export interface Seen {
  readonly firstSeen: Millis
  readonly lastSeen: Day
}

/** A record as it is now: the current row with the traits that later events laid over it. */
export interface CurrentRecord {
  readonly key: RecordKey
  readonly source: string
  readonly id: string
  readonly account: IdentifierKey
  readonly observedAt: Millis
  readonly fields: Readonly<Record<string, Field>>
}
/** As much of a record as is compared. */
export type Description = Pick<CurrentRecord, 'key' | 'account' | 'fields'>
interface Field {
  readonly value: string
  readonly observedAt: Millis
}

/** Answers whether a source, a load of it or a record is withdrawn. */
export type Withdrawn = (scope: string) => boolean

/** Everything that counts in the evidence. */
export function factsOf(evidence: Evidence): Facts {
  const withdrawn = withdrawnScopes(evidence.decisions.values())
  const claims = new Map([...evidence.records].map(([key, record]) => [key, claimsOf(record, withdrawn)]))
  const currentClaims = (record: RecordKey) => claims.get(record) ?? new Set<IdentifierKey>()
  const facts: Facts = {
    identifiers: new Map(),
    observed: new Map(),
    records: new Map(),
    ...decisionsInForce(evidence.decisions.values()),
  }
  const counting = { withdrawn, currentClaims }
  for (const [key, supports] of evidence.identifiers) see(facts.identifiers, key, seenOf(supports, [key], counting))
  for (const [pair, supports] of evidence.observed) {
    const seen = seenOf(supports, pairOf(pair), counting)
    see(facts.observed, pair, seen)
    // Whoever was seen in company was seen.
    for (const key of pairOf(pair)) see(facts.identifiers, key, seen)
  }
  for (const [key, record] of evidence.records) {
    const current = currentRecord(record, withdrawn)
    if (current !== undefined) facts.records.set(key, current)
  }
  return facts
}

function see<K>(facts: Map<K, Seen>, key: K, seen: Seen | undefined): void {
  const joined = joinSeen(facts.get(key), seen)
  if (joined !== undefined) facts.set(key, joined)
}

/** The earlier first and the later last of both. */
export function joinSeen(a: Seen | undefined, b: Seen | undefined): Seen | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return { firstSeen: Math.min(a.firstSeen, b.firstSeen), lastSeen: Math.max(a.lastSeen, b.lastSeen) }
}

export function withdrawnScopes(decisions: Iterable<Decision>): Withdrawn {
  const scopes = new Set<string>()
  for (const decision of decisions) {
    if (decision.decision === 'withdrawal' && decision.verdict === 'withdrawn') scopes.add(decision.scope)
  }
  return (scope) => scopes.has(scope)
}

/** The assertions and overrides in force; what was withdrawn or cleared is as if never decided. */
export function decisionsInForce(decisions: Iterable<Decision>): Pick<Facts, 'assertions' | 'overrides'> {
  const assertions = new Map<PairKey, Assertion>()
  const overrides = new Map<IdentifierKey, 'block' | 'allow'>()
  for (const decision of decisions) {
    if (decision.decision === 'assertion' && decision.verdict !== 'withdrawn') {
      assertions.set(pairKey(decision.a, decision.b), decision)
    } else if (decision.decision === 'override' && decision.verdict !== 'clear') {
      overrides.set(decision.identifier, decision.verdict)
    }
  }
  return { assertions, overrides }
}

/**
 * First and last time that a fact about these identifiers was seen, over the supports that count; undefined where
 * none does. A record's claim counts while its current version still makes it, with the times of every version.
 */
export function seenOf(
  supports: Supports,
  keys: readonly IdentifierKey[],
  {
    withdrawn,
    currentClaims,
  }: { withdrawn: Withdrawn; currentClaims: (record: RecordKey) => Pick<ReadonlySet<IdentifierKey>, 'has'> },
): Seen | undefined {
  let seen: Seen | undefined
  for (const [support, { first, last }] of supports) {
    const { source, load, recordId } = parseSupport(support)
    if (isWithdrawn(withdrawn, source, load)) continue
    if (recordId !== undefined) {
      const claims = currentClaims(recordKey(source, recordId))
      if (!keys.every((key) => claims.has(key))) continue
    }
    seen = joinSeen(seen, { firstSeen: first, lastSeen: last })
  }
  return seen
}

function isWithdrawn(withdrawn: Withdrawn, source: string, load: string): boolean {
  return withdrawn(withdrawalScope.source(source)) || (load !== '' && withdrawn(withdrawalScope.load(source, load)))
}

/** What the record's current version claims: nothing where it is withdrawn, deleted or only known from events. */
export function claimsOf(record: RecordEvidence, withdrawn: Withdrawn): ReadonlySet<IdentifierKey> {
  return new Set(currentVersion(record, withdrawn)?.claims)
}

/** The greatest of the versions that count; undefined where none does. */
export function currentVersion(record: RecordEvidence, withdrawn: Withdrawn): RecordVersion | undefined {
  if (withdrawn(withdrawalScope.record(record.source, record.id))) return undefined
  let current: RecordVersion | undefined
  for (const version of record.versions.values()) {
    const counts = [...version.deliveries.keys()].some((load) => !isWithdrawn(withdrawn, record.source, load))
    if (counts && (current === undefined || isLater(version, current))) current = version
  }
  return current
}

/** The record as it is now; undefined where nothing of it counts or the row is deleted and nothing came after. */
export function currentRecord(record: RecordEvidence, withdrawn: Withdrawn): CurrentRecord | undefined {
  if (withdrawn(withdrawalScope.record(record.source, record.id))) return undefined
  const row = currentVersion(record, withdrawn)
  const fields: Record<string, Field> = {}
  for (const [name, value] of Object.entries(row?.traits ?? {})) {
    fields[name] = { value, observedAt: row?.observedAt ?? 0 }
  }
  let observedAt = row === undefined || row.deleted ? undefined : row.observedAt
  for (const [name, bySupport] of record.overlays) {
    const overlay = latestOverlay(bySupport, row, withdrawn)
    if (overlay === undefined) continue
    fields[name] = { value: overlay.value, observedAt: overlay.observedAt }
    observedAt = Math.max(observedAt ?? overlay.observedAt, overlay.observedAt)
  }
  if (observedAt === undefined) return undefined
  const { key, source, id, account } = record
  return { key, source, id, account, observedAt, fields }
}

function latestOverlay(
  bySupport: ReadonlyMap<SupportKey, Overlay>,
  row: RecordVersion | undefined,
  withdrawn: Withdrawn,
): Overlay | undefined {
  let latest: Overlay | undefined
  for (const [support, overlay] of bySupport) {
    const { source, load } = parseSupport(support)
    const before = latest ?? row
    if (!isWithdrawn(withdrawn, source, load) && (before === undefined || isLater(overlay, before))) latest = overlay
  }
  return latest
}
