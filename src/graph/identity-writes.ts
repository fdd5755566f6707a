import { SelfsameError } from '../errors.ts'
import type { Block } from '../identity/active-blocks.ts'
import {
  decisionSubject,
  type RecordEvidence,
  type RecordVersion,
  type Supports,
  versionKey,
} from '../identity/evidence.ts'
import type { CurrentRecord, Seen } from '../identity/facts.ts'
import { compareKeys, identifierOf, pairOf } from '../identity/keys.ts'
import { canonicalJson } from '../identity/policy.ts'
import type { Assertion, CustomerId, Decision, IdentifierKey, Kind, PairKey, Status } from '../identity/types.ts'
import { encodeNeighbours, encodeSeen, encodeSupports, kindLabel, pascalCase } from './codec.ts'
import { int, type Transaction } from './graph.ts'
import { offsetKey, type ResumeOffset } from './ingest-offsets.ts'
import { inOrder, jsonRows, runRows } from './rows.ts'
import { shownProperties } from './shown-properties.ts'

// Rows go in the order of their keys, so that concurrent writers lock in one order.

export interface IdentifierChange {
  readonly key: IdentifierKey
  readonly status: Status
  readonly seen: Seen | undefined
  /** How many neighbours of each kind that the policy limits; empty unless it links. */
  readonly neighbours: ReadonlyMap<Kind, number>
}

export interface IdentifierFact extends IdentifierChange {
  readonly supports: Supports
}

// Rows of what is created are lists: without the names, row after row, there is half as much to send and to read.

export async function createIdentifiers(tx: Transaction, changes: readonly IdentifierFact[]): Promise<void> {
  const alike = Map.groupBy(inOrder(changes), ({ key, status }) => `${identifierOf(key).kind} ${status}`)
  const statements = [...alike.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { kind } = identifierOf(first.key)
    const shared = { kind, label: kindLabel(kind), status: first.status, prefix: int(kind.length + 1) }
    return [
      {
        ...shared,
        rows: jsonRows(group.map(({ key, neighbours, ...fact }) => [key, ...factRow(fact), ...countsRow(neighbours)])),
      },
    ]
  })
  await Promise.all(statements.map((params) => tx.run('identity/create-identifiers', params)))
}

function factRow({ seen, supports: by }: { seen: Seen | undefined; supports: Supports }) {
  const { firstSeen, lastSeen } = encodeSeen(seen)
  const { supports, firsts, lasts, recordeds } = encodeSupports(by)
  return [firstSeen, lastSeen, supports, firsts, lasts, recordeds]
}

function countsRow(neighbours: ReadonlyMap<Kind, number>) {
  const { neighbourKinds, neighbourCounts } = encodeNeighbours(neighbours)
  return [neighbourKinds, neighbourCounts]
}

export async function saveIdentifiers(tx: Transaction, changes: readonly IdentifierFact[]): Promise<void> {
  const rows = inOrder(changes).map((change) => ({ ...rowOf(change), ...encodeSupports(change.supports) }))
  await runRows(tx, 'identity/save-identifiers', rows)
}

export async function saveStatus(tx: Transaction, changes: readonly IdentifierChange[]): Promise<void> {
  await runRows(tx, 'identity/save-status', inOrder(changes).map(rowOf))
}

function rowOf({ key, status, seen, neighbours }: IdentifierChange) {
  return { key, status, ...encodeSeen(seen), ...encodeNeighbours(neighbours) }
}

export interface ObservedChange {
  readonly key: PairKey
  readonly seen: Seen | undefined
  readonly supports: Supports
}

export async function createObserved(tx: Transaction, changes: readonly ObservedChange[]): Promise<void> {
  const rows = inOrder(changes).map(({ key, ...fact }) => [...pairOf(key), ...factRow(fact)])
  await runRows(tx, 'identity/create-observed', rows)
}

export async function saveObserved(tx: Transaction, changes: readonly ObservedChange[]): Promise<void> {
  await runRows(tx, 'identity/save-observed', observedRows(changes))
}

function observedRows(changes: readonly ObservedChange[]) {
  return inOrder(changes).map(({ key, seen, supports }) => {
    const [a, b] = pairOf(key)
    return { a, b, ...encodeSeen(seen), ...encodeSupports(supports) }
  })
}

const SAVE_REFUSED = { observed: 'identity/save-refused', scored: 'identity/save-refused-scored' } as const

/** Which links of a type are refused now. */
export async function saveRefused(
  tx: Transaction,
  type: keyof typeof SAVE_REFUSED,
  changes: ReadonlyMap<PairKey, boolean>,
): Promise<void> {
  const rows = [...changes.keys()].sort().map((pair) => {
    const [a, b] = pairOf(pair)
    return { a, b, refused: changes.get(pair) === true ? true : null }
  })
  await runRows(tx, SAVE_REFUSED[type], rows)
}

export interface RecordChange {
  readonly record: RecordEvidence
  readonly current: CurrentRecord | undefined
  readonly claims: ReadonlySet<IdentifierKey>
  /** The version that is current, see `versionKey`. */
  readonly version: string | undefined
  /** Whether the graph holds it. */
  readonly isHeld: boolean
  /** Versions that the graph does not hold, and those that were delivered anew. */
  readonly versions: { readonly created: readonly RecordVersion[]; readonly saved: readonly RecordVersion[] }
  readonly blocks: readonly Block[]
}

export async function saveRecords(tx: Transaction, changes: readonly RecordChange[]): Promise<void> {
  const ordered = changes.toSorted((a, b) => compareKeys(a.record.key, b.record.key))
  const rows = (isHeld: boolean) => ordered.filter((change) => change.isHeld === isHeld).map(recordRow)
  const versions = <R>(
    of: keyof RecordChange['versions'],
    row: (version: RecordVersion, record: RecordEvidence) => R,
  ) => ordered.flatMap(({ record, versions }) => versions[of].map((version) => row(version, record)))
  await Promise.all([
    runRows(tx, 'identity/create-records', rows(false)),
    runRows(tx, 'identity/save-records', rows(true)),
    runRows(tx, 'identity/create-record-versions', versions('created', versionRow)),
    runRows(tx, 'identity/save-record-versions', versions('saved', deliveriesRow)),
  ])
}

function versionRow({ deliveries, ...version }: RecordVersion, record: RecordEvidence) {
  return {
    ...version,
    ...deliveriesRow({ deliveries, ...version }, record),
    record: record.key,
    traits: canonicalJson(version.traits),
    claims: [...version.claims],
  }
}

function deliveriesRow({ deliveries, ...version }: RecordVersion, { key }: RecordEvidence) {
  return {
    key: `${key}|${versionKey(version)}`,
    loads: [...deliveries.keys()],
    recorded: [...deliveries.values()],
  }
}

function recordRow({ record, current, claims, version, blocks }: RecordChange) {
  const fields = Object.entries(current?.fields ?? {})
  const overlays = Object.fromEntries([...record.overlays].map(([field, by]) => [field, Object.fromEntries(by)]))
  return {
    key: record.key,
    account: record.account,
    observedAt: current?.observedAt ?? null,
    properties: {
      ...shownProperties(Object.fromEntries(fields.map(([name, { value }]) => [name, value]))),
      source: record.source,
      sourceId: record.id,
      account: record.account,
      fields: canonicalJson(current?.fields ?? {}),
      overlays: canonicalJson(overlays),
      claims: [...claims].sort(),
      ...(blocks.length === 0 ? {} : { blocks: [...blocks] }),
      ...(version === undefined ? {} : { current: `${record.key}|${version}` }),
    },
  }
}

export async function saveDecisions(tx: Transaction, decisions: readonly Decision[]): Promise<void> {
  const rows = decisions
    .map((decision) => {
      const { at, ...properties } = decision
      return { key: decisionSubject(decision), label: pascalCase(decision.decision), properties, at }
    })
    .sort((a, b) => compareKeys(a.key, b.key))
  await runRows(tx, 'identity/save-decisions', rows)
}

/** Draws the assertions of these pairs anew: those in force, where both identifiers exist. */
export async function drawAsserted(
  tx: Transaction,
  pairs: ReadonlyMap<PairKey, { assertion: Assertion; refused: boolean }>,
): Promise<void> {
  if (pairs.size === 0) return
  const ordered = [...pairs].sort(([a], [b]) => compareKeys(a, b))
  await tx.run('identity/delete-asserted', { pairs: ordered.map(([pair]) => [...pairOf(pair)]) })
  const rows = ordered.flatMap(([, { assertion, refused }]) => {
    if (assertion.verdict === 'withdrawn') return []
    const { a, b, id, by, reason, at, verdict } = assertion
    const type = verdict === 'same' ? 'SAME_AS' : 'NOT_SAME_AS'
    return { a, b, type, id, by, reason, at, refused: refused ? true : null }
  })
  await runRows(tx, 'identity/create-asserted', rows)
}

/** Marks what is left as it was until a rebuild. */
export async function markUnresolved(
  tx: Transaction,
  { identifiers, customers }: { identifiers: ReadonlySet<IdentifierKey>; customers: ReadonlySet<CustomerId> },
): Promise<void> {
  if (identifiers.size === 0 && customers.size === 0) return
  await tx.run('identity/mark-unresolved', { keys: [...identifiers].sort(), ids: [...customers].sort() })
}

/** Throws `graph_went_back` where the graph is behind what was written to it: an older backup was restored. */
export async function saveOffsets(tx: Transaction, offsets: readonly ResumeOffset[]): Promise<void> {
  if (offsets.length === 0) return
  const rows = offsets.map(({ cluster, topic, partition, offset, notBefore = '0' }) => ({
    ...{ key: offsetKey({ cluster, topic, partition }), cluster, topic, partition: int(partition) },
    ...{ offset: int(offset), notBefore: int(notBefore) },
  }))
  const [row] = await tx.run<{ behind: number }>('identity/save-offsets', { rows })
  if ((row?.behind ?? 0) > 0) {
    throw new SelfsameError('graph_went_back', 'the graph is an older one than this process has written to')
  }
}
