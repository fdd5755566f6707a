import { SelfsameError } from '../errors.ts'
import type { Transaction } from '../graph/graph.ts'
import {
  type Place,
  readCustomers,
  readDecided,
  readIdentifiers,
  readObserved,
  readObservedOf,
  readPlaces,
  type StoredIdentifier,
  type StoredPair,
} from '../graph/identity-reads.ts'
import { readRecords, readWholeRecords, type StoredRecord } from '../graph/record-reads.ts'
import { versionIn, versionKey } from '../identity/evidence.ts'
import type { HeldCustomer } from '../identity/join-customers.ts'
import { pairKey, pairOf } from '../identity/keys.ts'
import type { CustomerId, IdentifierKey, PairKey, RecordKey } from '../identity/types.ts'
import { allCovered, type Locks } from './locks.ts'
import type { Batch } from './resolver-types.ts'

/** What the graph holds of what a batch is about; nobody changes it while the locks are held. */
export interface Stored {
  /** Those that exist. */
  readonly identifiers: ReadonlyMap<IdentifierKey, StoredIdentifier>
  readonly observed: ReadonlyMap<PairKey, StoredPair>
  readonly records: ReadonlyMap<RecordKey, StoredRecord>
  /** The customers of these identifiers. */
  readonly customers: ReadonlyMap<CustomerId, HeldCustomer>
  readonly decided: Awaited<ReturnType<typeof readDecided>>
}

/** Another worker is always faster than this many times only where very many meet: then the transaction begins anew. */
const MAX_ROUNDS = 5

/**
 * Looks where the batch's identifiers belong, locks that, and reads under the locks; where something moved between the
 * look and the lock, again. Throws `graph_busy`, retriable, where that goes on.
 */
export async function readStored(tx: Transaction, batch: Batch, locks: Locks): Promise<Stored> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const stored = await readOnce(tx, batch, locks)
    if (stored !== undefined) return stored
  }
  throw new SelfsameError('graph_busy', 'others were always faster', { retriable: true })
}

async function readOnce(tx: Transaction, batch: Batch, locks: Locks): Promise<Stored | undefined> {
  // Held before: whoever brings records has the lock of matching.
  const records = await recordsIn(tx, batch)
  const revisited = await readObservedOf(tx, batch.revisit?.identifiers ?? [])
  const keys = identifiersIn(batch, records.values())
  for (const pair of revisited.keys()) for (const key of pairOf(pair)) keys.add(key)
  const places = await readPlaces(tx, keys)
  const exists = (pair: PairKey) => pairOf(pair).every((key) => places.has(key))
  // Sent one after another without waiting: what is read is read under the locks.
  const [, identifiers, observed, customers, decided] = await Promise.all([
    locks.take(places),
    readIdentifiers(tx, places.keys()),
    readObserved(tx, Iterator.from(pairsIn(batch, records.values())).filter(exists)),
    readCustomers(tx, customersIn(places)),
    readDecided(tx),
  ])
  if (!allCovered(locks, identifiers) || !hasAll(customers, identifiers)) return undefined
  return { identifiers, observed: new Map([...observed, ...revisited]), records, customers, decided }
}

/** The same of identifiers that the batch does not name, but whose links it changes. */
export async function readPartners(
  tx: Transaction,
  keys: readonly IdentifierKey[],
  locks: Locks,
): Promise<Pick<Stored, 'identifiers' | 'customers'>> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const places = await readPlaces(tx, keys)
    const [, identifiers, customers] = await Promise.all([
      locks.take(places),
      readIdentifiers(tx, places.keys()),
      readCustomers(tx, customersIn(places)),
    ])
    if (allCovered(locks, identifiers) && hasAll(customers, identifiers)) return { identifiers, customers }
  }
  throw new SelfsameError('graph_busy', 'others were always faster', { retriable: true })
}

function hasAll(
  customers: ReadonlyMap<CustomerId, HeldCustomer>,
  identifiers: ReadonlyMap<IdentifierKey, StoredIdentifier>,
): boolean {
  return [...identifiers.values()].every(({ customer }) => customer === undefined || customers.has(customer))
}

function customersIn(places: ReadonlyMap<IdentifierKey, Place>): Set<CustomerId> {
  return new Set([...places.values()].flatMap(({ customer }) => customer ?? []))
}

/** With the versions that may matter: the current one and what the batch tells; all of them where it revisits. */
async function recordsIn(tx: Transaction, batch: Batch): Promise<Map<RecordKey, StoredRecord>> {
  const versions = new Map<RecordKey, Set<string>>()
  for (const observation of batch.observations) {
    if (observation.record === undefined) continue
    const { key } = observation.record
    const version = versionIn(observation)
    const named = versions.get(key) ?? new Set()
    versions.set(key, version === undefined ? named : named.add(versionKey(version)))
  }
  const [told, whole] = await Promise.all([
    readRecords(tx, versions),
    readWholeRecords(tx, batch.revisit?.records ?? []),
  ])
  return new Map([...told, ...whole])
}

/** The claims of the versions that were read: the current one's, or every one's where any may become current. */
function claimsIn({ claims, versions }: StoredRecord, whole: boolean): IdentifierKey[][] {
  return whole ? [...versions.values()].map((version) => [...version.claims]) : [[...claims]]
}

function identifiersIn(batch: Batch, records: Iterable<StoredRecord>): Set<IdentifierKey> {
  const keys = new Set<IdentifierKey>(batch.revisit?.identifiers)
  for (const { identifiers, record } of batch.observations) {
    for (const { key } of identifiers) keys.add(key)
    if (record !== undefined) keys.add(record.account)
  }
  for (const record of records) {
    keys.add(record.account)
    for (const claims of claimsIn(record, batch.revisit !== undefined)) for (const key of claims) keys.add(key)
  }
  for (const decision of batch.decisions ?? []) {
    if (decision.decision === 'assertion') keys.add(decision.a).add(decision.b)
    if (decision.decision === 'override') keys.add(decision.identifier)
  }
  return keys
}

function pairsIn(batch: Batch, records: Iterable<StoredRecord>): Set<PairKey> {
  const pairs = new Set<PairKey>()
  const add = (keys: readonly IdentifierKey[]) => {
    for (const [index, key] of keys.entries()) for (const other of keys.slice(index + 1)) pairs.add(pairKey(key, other))
  }
  for (const { identifiers } of batch.observations) add(identifiers.map(({ key }) => key))
  for (const record of records) for (const claims of claimsIn(record, batch.revisit !== undefined)) add(claims)
  return pairs
}
