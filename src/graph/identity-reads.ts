import { decisionSubject, type Supports } from '../identity/evidence.ts'
import type { Seen } from '../identity/facts.ts'
import type { FormerCustomer } from '../identity/history.ts'
import type { HeldCustomer } from '../identity/join-customers.ts'
import { compareKeys, pairKey, pairOf } from '../identity/keys.ts'
import { tenuresIn } from '../identity/recycled.ts'
import type { CustomerId, Decision, IdentifierKey, Kind, PairKey, Status, Withdrawal } from '../identity/types.ts'
import {
  decodeNeighbours,
  decodeSeen,
  decodeSupports,
  type StoredNeighbours,
  type StoredSeen,
  type StoredSupports,
  seenAt,
} from './codec.ts'
import type { Transaction } from './graph.ts'
import { decodeCurrent, type StoredCurrent } from './record-reads.ts'
import { runFor } from './rows.ts'

/** An identifier or a pair as it was last committed. */
interface StoredFact {
  readonly supports: Supports
  readonly seen: Seen | undefined
}
export interface StoredPair extends StoredFact {
  readonly refused: boolean
}
export interface StoredIdentifier extends StoredFact, Place {
  /** Left as it was, see `:Unresolved`. */
  readonly unresolved: boolean
  /** How many neighbours of each kind that the policy limits; empty unless it links. */
  readonly neighbours: ReadonlyMap<Kind, number>
}

/** Where an identifier belongs. */
export interface Place {
  readonly status: Status
  readonly customer: CustomerId | undefined
}

/** A supported pair and what is at its other end. */
export interface Neighbour {
  readonly key: IdentifierKey
  readonly other: IdentifierKey
  readonly pair: PairKey
  readonly seen: Seen
  readonly refused: boolean
  readonly otherStatus: Status
  readonly otherUnresolved: boolean
  readonly otherSeen: Seen | undefined
}

export async function readPlaces(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<Map<IdentifierKey, Place>> {
  type Row = { key: IdentifierKey; status: Status; customer: CustomerId | null }
  const rows = await runFor<Row>(tx, 'identity/read-places', keys)
  return new Map(rows.map(({ key, status, customer }) => [key, { status, customer: customer ?? undefined }]))
}

export async function readIdentifiers(
  tx: Transaction,
  keys: Iterable<IdentifierKey>,
): Promise<Map<IdentifierKey, StoredIdentifier>> {
  type Row = StoredSupports & StoredSeen & StoredNeighbours & StoredIdentity
  const rows = await runFor<Row>(tx, 'identity/read-identifiers', keys)
  return new Map(
    rows.map((row) => [
      row.key,
      {
        ...{ supports: decodeSupports(row), seen: decodeSeen(row), neighbours: decodeNeighbours(row) },
        ...{ status: row.status, customer: row.customer ?? undefined, unresolved: row.unresolved },
      },
    ]),
  )
}

interface StoredIdentity {
  readonly key: IdentifierKey
  readonly status: Status
  readonly customer: CustomerId | null
  readonly unresolved: boolean
}

type ObservedRow = StoredSupports & StoredSeen & { a: IdentifierKey; b: IdentifierKey; refused: boolean }

export async function readObserved(tx: Transaction, pairs: Iterable<PairKey>): Promise<Map<PairKey, StoredPair>> {
  const keys = Iterator.from(pairs).map((pair) => [...pairOf(pair)])
  return observedByPair(await runFor<ObservedRow>(tx, 'identity/read-observed', keys))
}

/** Every pair of these identifiers, those that are history too. */
export async function readObservedOf(
  tx: Transaction,
  keys: Iterable<IdentifierKey>,
): Promise<Map<PairKey, StoredPair>> {
  return observedByPair(await runFor<ObservedRow>(tx, 'identity/read-observed-of', keys))
}

function observedByPair(rows: readonly ObservedRow[]): Map<PairKey, StoredPair> {
  return new Map(
    rows.map((row) => [
      pairKey(row.a, row.b),
      { supports: decodeSupports(row), seen: decodeSeen(row), refused: row.refused },
    ]),
  )
}

export async function readNeighbourhood(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<Neighbour[]> {
  type Row = StoredSeen & {
    key: IdentifierKey
    other: IdentifierKey
    refused: boolean
    status: Status
    unresolved: boolean
    otherFirstSeen: number | null
    otherLastSeen: string | null
  }
  const rows = await runFor<Row>(tx, 'identity/read-neighbourhood', keys)
  return rows.flatMap((row) => {
    const seen = decodeSeen(row)
    if (seen === undefined) return []
    const { key, other, refused, status: otherStatus, unresolved: otherUnresolved } = row
    const otherSeen = decodeSeen({ firstSeen: row.otherFirstSeen, lastSeen: row.otherLastSeen })
    return { key, other, pair: pairKey(key, other), seen, refused, otherStatus, otherUnresolved, otherSeen }
  })
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

/** Customers with their members and the records about them, as they were last committed. */
export async function readCustomers(
  tx: Transaction,
  ids: Iterable<CustomerId>,
): Promise<Map<CustomerId, HeldCustomer>> {
  const wanted = [...ids]
  if (wanted.length === 0) return new Map()
  type Row = Omit<HeldCustomer, 'members' | 'records' | 'seen' | 'tenures'> & {
    members: [IdentifierKey, number, string][]
    tenures: string | null
  }
  type RecordsRow = StoredCurrent & { customer: CustomerId }
  const [rows, records] = await Promise.all([
    tx.run<Row>('identity/read-customers', { ids: wanted }),
    tx.run<RecordsRow>('identity/read-records-of', { ids: wanted }),
  ])
  const recordsOf = Map.groupBy(records, ({ customer }) => customer)
  return new Map(
    rows.map(({ members, tenures, ...row }) => {
      const seen = new Map(members.map(([key, firstSeen, lastSeen]) => [key, seenAt(firstSeen, lastSeen)]))
      const about = (recordsOf.get(row.id) ?? []).map(({ customer: _, ...record }) => decodeCurrent(record))
      const told = { seen, records: about, tenures: tenuresIn(tenures) }
      return [row.id, { ...row, ...told, members: [...seen.keys()].sort(compareKeys) }]
    }),
  )
}

/** The ids of the customers that identifiers belong to. */
export async function readCustomersOf(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<CustomerId[]> {
  const rows = await runFor<{ id: CustomerId }>(tx, 'identity/customers-of', keys)
  return rows.map(({ id }) => id)
}

/** How many pairs each identifier has, history included: known without walking them. */
export async function readDegrees(tx: Transaction, keys: Iterable<IdentifierKey>): Promise<Map<IdentifierKey, number>> {
  const rows = await runFor<{ key: IdentifierKey; degree: number }>(tx, 'identity/read-degrees', keys)
  return new Map(rows.map(({ key, degree }) => [key, degree]))
}

export async function readFormers(tx: Transaction, ids: Iterable<CustomerId>): Promise<FormerCustomer[]> {
  const rows = await runFor<Omit<FormerCustomer, 'held'>>(tx, 'identity/read-formers', ids)
  return rows.map((row) => ({ ...row, held: [] }))
}
