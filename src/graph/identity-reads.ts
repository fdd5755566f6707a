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

/** The resolver's reads. Each asks once for many keys, and answers what is there. */
export async function readIdentifiers(
  tx: Transaction,
  keys: Iterable<IdentifierKey>,
): Promise<Map<IdentifierKey, StoredIdentifier>> {
  type Row = StoredSupports & StoredSeen & { key: IdentifierKey; status: Status }
  const rows = await tx.run<Row>('identity/read-identifiers', { keys: [...keys] })
  return new Map(
    rows.map((row) => [row.key, { supports: decodeSupports(row), seen: decodeSeen(row), status: row.status }]),
  )
}

type ObservedRow = StoredSupports & StoredSeen & { a: IdentifierKey; b: IdentifierKey }

export async function readObserved(tx: Transaction, pairs: Iterable<PairKey>): Promise<Map<PairKey, StoredFact>> {
  const keys = [...pairs].map((pair) => [...pairOf(pair)])
  return observedByPair(await tx.run<ObservedRow>('identity/read-observed', { pairs: keys }))
}

/** Every pair of these identifiers, those that are history too. */
export async function readObservedOf(
  tx: Transaction,
  keys: Iterable<IdentifierKey>,
): Promise<Map<PairKey, StoredFact>> {
  return observedByPair(await tx.run<ObservedRow>('identity/read-observed-of', { keys: [...keys] }))
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
  const rows = await tx.run<Row>('identity/read-records', { keys: [...keys] })
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
  const rows = await tx.run<Row>('identity/read-claims', { keys: [...keys] })
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
  const rows = await tx.run<Row>('identity/read-neighbourhood', { keys: [...keys] })
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
  const rows = await tx.run<Row>('identity/read-records-about', { keys: [...keys] })
  return rows.map((row) => ({ ...row, fields: JSON.parse(row.fields) }))
}

/** The decisions in force about assertions that name these identifiers, by subject. */
export async function readAssertions(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<Decision[]> {
  const rows = await tx.run<{ decision: object }>('identity/read-assertions', { keys: [...keys] })
  return rows.map(({ decision }) => ({ ...decision, decision: 'assertion' }) as Decision)
}

export async function readDecisions(tx: Transaction, subjects: Iterable<string>): Promise<Map<string, Decision>> {
  const rows = await tx.run<{ decision: Decision }>('identity/read-decisions', { keys: [...subjects] })
  return new Map(rows.map(({ decision }) => [decisionSubject(decision), decision]))
}

export async function readWithdrawals(tx: Transaction): Promise<Withdrawal[]> {
  const rows = await tx.run<{ decision: object }>('identity/read-withdrawals')
  return rows.map(({ decision }) => ({ ...decision, decision: 'withdrawal' }) as Withdrawal)
}

export async function readCustomers(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<StoredCustomer[]> {
  return await tx.run<StoredCustomer>('identity/read-customers', { keys: [...keys] })
}

export async function readFormers(tx: Transaction, ids: Iterable<CustomerId>): Promise<FormerCustomer[]> {
  const rows = await tx.run<Omit<FormerCustomer, 'held'>>('identity/read-formers', { ids: [...ids] })
  return rows.map((row) => ({ ...row, held: [] }))
}
