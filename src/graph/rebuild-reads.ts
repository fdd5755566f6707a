import type { Block } from '../identity/active-blocks.ts'
import type { RecordEvidence, RecordVersion, Supports } from '../identity/evidence.ts'
import { DAY, versionKey } from '../identity/evidence.ts'
import type { Seen } from '../identity/facts.ts'
import type { NeighbourCounts } from '../identity/status.ts'
import type { CustomerId, Decision, IdentifierKey, Kind, Millis, RecordKey, Status } from '../identity/types.ts'
import { decodeNeighbours, decodeSupports } from './codec.ts'
import type { Graph } from './graph.ts'
import { decodeOverlays } from './record-reads.ts'
import { eachRow, numberIn, type Values } from './row-stream.ts'
import type { StoredScore } from './scoring-reads.ts'

// What a rebuild reads: of everything the evidence, and beside it what the graph holds to follow from that.

/** Every decision in force. */
export async function readAllDecisions(graph: Graph): Promise<Decision[]> {
  const decisions: Decision[] = []
  await eachRow(graph, 'rebuild/read-decisions', ([properties]) => {
    const { at, ...decision } = properties as Record<string, unknown>
    // Properties that a decision of its sort has not are null.
    const known = Object.entries(decision).filter(([, value]) => value !== null)
    decisions.push({ ...Object.fromEntries(known), at: numberIn(at) } as unknown as Decision)
  })
  return decisions
}

/** The current row of a record as the graph holds it. */
export interface StoredRow {
  readonly observedAt: Millis | undefined
  /** JSON. */
  readonly fields: string | null
  readonly claims: readonly IdentifierKey[]
  /** Key of the current version. */
  readonly current: string | null
  /** Of each of `SHOWN_TRAITS` its value or null. */
  readonly shown: readonly (string | null)[]
  readonly about: readonly IdentifierKey[]
  readonly blocks: readonly Block[]
}

export function eachRecord(graph: Graph, onRecord: (record: RecordEvidence, row: StoredRow) => void): Promise<number> {
  return eachRow(graph, 'rebuild/read-records', (values) => {
    const [key, source, id, account, overlays, versions, observedAt, fields, claims, current, shown, about, blocks] =
      values
    const record = {
      ...{ key: key as RecordKey, source: String(source), id: String(id), account: account as IdentifierKey },
      overlays: decodeOverlays((overlays as string | null) ?? '{}'),
      versions: new Map((versions as Values[]).map(versionIn)),
    }
    onRecord(record, {
      observedAt: numberIn(observedAt),
      fields: fields as string | null,
      claims: (claims as IdentifierKey[] | null) ?? [],
      current: current as string | null,
      shown: shown as (string | null)[],
      about: about as IdentifierKey[],
      blocks: numbersIn(blocks),
    })
  })
}

function versionIn([observedAt, digest, deleted, traits, claims, loads, recorded]: Values): [string, RecordVersion] {
  const recordedAt = recorded as unknown[]
  const version = {
    observedAt: numberIn(observedAt) ?? 0,
    digest: String(digest),
    deleted: deleted === true,
    traits: JSON.parse(String(traits)),
    claims: claims as IdentifierKey[],
    deliveries: new Map((loads as string[]).map((load, index) => [load, numberIn(recordedAt[index]) ?? 0])),
  }
  return [versionKey(version), version]
}

/** What the graph holds to follow from the evidence about an identifier. */
export interface StoredPlace {
  readonly status: Status
  readonly seen: Seen | undefined
  readonly neighbours: NeighbourCounts
  readonly unresolved: boolean
  /** One, or none; more where the graph is wrong. */
  readonly customers: readonly CustomerId[]
}

export function eachIdentifier(
  graph: Graph,
  onIdentifier: (key: IdentifierKey, supports: Supports, place: StoredPlace) => void,
): Promise<number> {
  return eachRow(graph, 'rebuild/read-identifiers', (values) => {
    const [key, supports, firsts, lasts, status, firstSeen, lastSeen, kinds, counts, unresolved, customers] = values
    onIdentifier(key as IdentifierKey, supportsIn(supports, firsts, lasts), {
      status: status as Status,
      seen: seenIn(firstSeen, lastSeen),
      neighbours: decodeNeighbours({ neighbourKinds: kinds as Kind[] | null, neighbourCounts: numbersIn(counts) }),
      unresolved: unresolved === true,
      customers: customers as CustomerId[],
    })
  })
}

export interface StoredPair {
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly supports: Supports
  readonly seen: Seen | undefined
  readonly refused: boolean
}

export function eachObserved(graph: Graph, onPair: (pair: StoredPair) => void): Promise<number> {
  return eachRow(graph, 'rebuild/read-observed', ([a, b, supports, firsts, lasts, firstSeen, lastSeen, refused]) => {
    onPair({
      ...{ a: a as IdentifierKey, b: b as IdentifierKey, supports: supportsIn(supports, firsts, lasts) },
      ...{ seen: seenIn(firstSeen, lastSeen), refused: refused === true },
    })
  })
}

/** A customer as the graph holds it, without its members. */
export interface StoredContent {
  readonly id: CustomerId
  readonly version: number
  readonly size: number | undefined
  readonly anchor: IdentifierKey | null
  readonly digest: string | null
  readonly seen: Seen | undefined
  /** JSON. */
  readonly golden: string | null
  /** JSON. */
  readonly provenance: string | null
  /** JSON. */
  readonly tenures: string | null
  readonly contested: boolean
  readonly unresolved: boolean
  /** Of each of `SHOWN_TRAITS` its value or null. */
  readonly shown: readonly (string | null)[]
}

export function eachCustomer(graph: Graph, onCustomer: (customer: StoredContent) => void): Promise<number> {
  return eachRow(graph, 'rebuild/read-customers', (values) => {
    const [id, version, size, anchor, digest, firstSeen, lastSeen, golden, provenance, contested, unresolved, ...rest] =
      values
    const [tenures, shown] = rest
    onCustomer({
      ...{ id: id as CustomerId, version: numberIn(version) ?? 0, size: numberIn(size) },
      ...{ anchor: anchor as IdentifierKey | null, digest: digest as string | null, seen: seenIn(firstSeen, lastSeen) },
      ...{
        golden: golden as string | null,
        provenance: provenance as string | null,
        tenures: tenures as string | null,
      },
      ...{ contested: contested === true, unresolved: unresolved === true, shown: shown as (string | null)[] },
    })
  })
}

export function eachFormer(graph: Graph, onFormer: (id: CustomerId, version: number) => void): Promise<number> {
  return eachRow(graph, 'rebuild/read-formers', ([id, version]) => onFormer(id as CustomerId, numberIn(version) ?? 0))
}

/** An assertion as the graph draws it. */
export interface DrawnAssertion {
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly type: 'SAME_AS' | 'NOT_SAME_AS'
  readonly id: string
  readonly by: string
  readonly at: Millis | undefined
  readonly reason: string
  readonly refused: boolean
}

export async function readDrawn(graph: Graph): Promise<DrawnAssertion[]> {
  const drawn: DrawnAssertion[] = []
  await eachRow(graph, 'rebuild/read-asserted', ([a, b, type, id, by, at, reason, refused]) => {
    const names = { a, b, type, id, by, reason } as Omit<DrawnAssertion, 'at' | 'refused'>
    drawn.push({ ...names, at: numberIn(at), refused: refused === true })
  })
  return drawn
}

export function eachBlockEntry(graph: Graph, onEntry: (block: Block, record: RecordKey) => void): Promise<number> {
  return eachRow(graph, 'rebuild/read-block-entries', ([block, record]) => {
    onEntry(numberIn(block) ?? Number.NaN, record as RecordKey)
  })
}

export function eachScore(graph: Graph, onScore: (score: StoredScore) => void): Promise<number> {
  return eachRow(graph, 'rebuild/read-scored', ([a, b, probability, weight, model, refused]) => {
    onScore({
      ...{ a: a as IdentifierKey, b: b as IdentifierKey, model: String(model), refused: refused === true },
      ...{ probability: numberIn(probability) ?? Number.NaN, weight: numberIn(weight) ?? Number.NaN },
    })
  })
}

function supportsIn(supports: unknown, firsts: unknown, lasts: unknown): Supports {
  return decodeSupports({
    supports: supports as string[] | null,
    firsts: numbersIn(firsts),
    lasts: numbersIn(lasts),
    // When a fact was recorded is for looks into the past.
    recordeds: null,
  })
}

function numbersIn(values: unknown): number[] {
  return ((values as unknown[] | null) ?? []).map((value) => numberIn(value) ?? 0)
}

// Days are few, and reading one from text is slow.
const days = new Map<string, number>()

function seenIn(first: unknown, last: unknown): Seen | undefined {
  const firstSeen = numberIn(first)
  if (firstSeen === undefined || typeof last !== 'string') return undefined
  let lastSeen = days.get(last)
  if (lastSeen === undefined) {
    lastSeen = Date.parse(last) / DAY
    days.set(last, lastSeen)
  }
  return { firstSeen, lastSeen }
}
