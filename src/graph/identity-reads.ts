import type { Overlay, RecordEvidence, RecordVersion, Supports } from '../identity/evidence.ts'
import { decisionSubject, versionKey } from '../identity/evidence.ts'
import type { CurrentRecord, Seen } from '../identity/facts.ts'
import type { FormerCustomer, StoredCustomer } from '../identity/history.ts'
import { pairKey, pairOf } from '../identity/keys.ts'
import type { CustomerId, Decision, IdentifierKey, PairKey, RecordKey, Status, Withdrawal } from '../identity/types.ts'
import { decodeSeen, decodeSupports, type StoredSeen, type StoredSupports } from './codec.ts'
import type { Transaction } from './graph.ts'

/** An identifier or a pair as it was last committed. */
export interface StoredFact {
  readonly supports: Supports
  readonly seen: Seen | undefined
}
export interface StoredIdentifier extends StoredFact {
  readonly status: Status
}

/** A supported pair and what is at its other end. */
export interface Neighbour {
  readonly key: IdentifierKey
  readonly other: IdentifierKey
  readonly pair: PairKey
  readonly seen: Seen
  readonly refused: boolean
  readonly otherStatus: Status
  readonly otherSeen: Seen | undefined
}

/** Asks once for many keys, and not at all for none. */
async function runFor<R extends object>(tx: Transaction, name: string, keys: Iterable<unknown>): Promise<R[]> {
  const wanted = [...keys]
  return wanted.length === 0 ? [] : await tx.run<R>(name, { keys: wanted })
}

export async function readIdentifiers(
  tx: Transaction,
  keys: Iterable<IdentifierKey>,
): Promise<Map<IdentifierKey, StoredIdentifier>> {
  type Row = StoredSupports & StoredSeen & { key: IdentifierKey; status: Status }
  const rows = await runFor<Row>(tx, 'identity/read-identifiers', keys)
  return new Map(
    rows.map((row) => [row.key, { supports: decodeSupports(row), seen: decodeSeen(row), status: row.status }]),
  )
}

type ObservedRow = StoredSupports & StoredSeen & { a: IdentifierKey; b: IdentifierKey }

export async function readObserved(tx: Transaction, pairs: Iterable<PairKey>): Promise<Map<PairKey, StoredFact>> {
  const keys = Iterator.from(pairs).map((pair) => [...pairOf(pair)])
  return observedByPair(await runFor<ObservedRow>(tx, 'identity/read-observed', keys))
}

/** Every pair of these identifiers, those that are history too. */
export async function readObservedOf(
  tx: Transaction,
  keys: Iterable<IdentifierKey>,
): Promise<Map<PairKey, StoredFact>> {
  return observedByPair(await runFor<ObservedRow>(tx, 'identity/read-observed-of', keys))
}

function observedByPair(rows: readonly ObservedRow[]): Map<PairKey, StoredFact> {
  return new Map(rows.map((row) => [pairKey(row.a, row.b), { supports: decodeSupports(row), seen: decodeSeen(row) }]))
}

interface StoredVersion {
  observedAt: number
  digest: string
  deleted: boolean
  traits: string
  claims: IdentifierKey[]
  loads: string[]
  recorded: number[]
}

export async function readRecords(tx: Transaction, keys: Iterable<RecordKey>): Promise<Map<RecordKey, RecordEvidence>> {
  type Row = Pick<RecordEvidence, 'key' | 'source' | 'id' | 'account'> & { overlays: string; versions: StoredVersion[] }
  const rows = await runFor<Row>(tx, 'identity/read-records', keys)
  return new Map(
    rows.map(({ key, source, id, account, overlays, versions }) => [
      key,
      { key, source, id, account, overlays: decodeOverlays(overlays), versions: new Map(versions.map(decodeVersion)) },
    ]),
  )
}

function decodeVersion({ loads, recorded, traits, ...stored }: StoredVersion): [string, RecordVersion] {
  const deliveries = new Map(loads.map((load, index) => [load, Number(recorded[index])]))
  const version = { ...stored, traits: JSON.parse(traits), deliveries }
  return [versionKey(version), version]
}

function decodeOverlays(text: string): Map<string, Map<string, Overlay>> {
  const fields: Record<string, Record<string, Overlay>> = JSON.parse(text)
  return new Map(Object.entries(fields).map(([field, bySupport]) => [field, new Map(Object.entries(bySupport))]))
}

export async function readClaims(
  tx: Transaction,
  keys: Iterable<RecordKey>,
): Promise<Map<RecordKey, ReadonlySet<IdentifierKey>>> {
  type Row = { key: RecordKey; claims: IdentifierKey[] }
  const rows = await runFor<Row>(tx, 'identity/read-claims', keys)
  return new Map(rows.map(({ key, claims }) => [key, new Set(claims)]))
}

export async function readNeighbourhood(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<Neighbour[]> {
  type Row = StoredSeen & {
    key: IdentifierKey
    other: IdentifierKey
    refused: boolean
    status: Status
    otherFirstSeen: number | null
    otherLastSeen: string | null
  }
  const rows = await runFor<Row>(tx, 'identity/read-neighbourhood', keys)
  return rows.flatMap((row) => {
    const seen = decodeSeen(row)
    if (seen === undefined) return []
    const { key, other, refused, status: otherStatus } = row
    const otherSeen = decodeSeen({ firstSeen: row.otherFirstSeen, lastSeen: row.otherLastSeen })
    return { key, other, pair: pairKey(key, other), seen, refused, otherStatus, otherSeen }
  })
}

export async function readRecordsAbout(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<CurrentRecord[]> {
  type Row = Omit<CurrentRecord, 'fields'> & { fields: string }
  const rows = await runFor<Row>(tx, 'identity/read-records-about', keys)
  return rows.map((row) => ({ ...row, fields: JSON.parse(row.fields) }))
}

/** The decisions in force about assertions that name these identifiers, by subject. */
export async function readAssertions(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<Decision[]> {
  const rows = await runFor<{ decision: object }>(tx, 'identity/read-assertions', keys)
  return rows.map(({ decision }) => ({ ...decision, decision: 'assertion' }) as Decision)
}

export async function readDecisions(tx: Transaction, subjects: Iterable<string>): Promise<Map<string, Decision>> {
  const rows = await runFor<{ decision: Decision }>(tx, 'identity/read-decisions', subjects)
  return new Map(rows.map(({ decision }) => [decisionSubject(decision), decision]))
}

/** Every withdrawal in force, and whether there is any other decision at all: mostly there is none to look for. */
export async function readDecided(tx: Transaction): Promise<{
  withdrawals: Withdrawal[]
  anyAssertion: boolean
  anyOverride: boolean
}> {
  type Row = { withdrawals: object[]; assertions: number; overrides: number }
  const [row] = await tx.run<Row>('identity/read-decided')
  return {
    withdrawals: (row?.withdrawals ?? []).map((decision) => ({ ...decision, decision: 'withdrawal' }) as Withdrawal),
    anyAssertion: (row?.assertions ?? 0) > 0,
    anyOverride: (row?.overrides ?? 0) > 0,
  }
}

export async function readCustomers(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<StoredCustomer[]> {
  return await runFor<StoredCustomer>(tx, 'identity/read-customers', keys)
}

export async function readFormers(tx: Transaction, ids: Iterable<CustomerId>): Promise<FormerCustomer[]> {
  const rows = await runFor<Omit<FormerCustomer, 'held'>>(tx, 'identity/read-formers', ids)
  return rows.map((row) => ({ ...row, held: [] }))
}
