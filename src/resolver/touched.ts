import type { Transaction } from '../graph/graph.ts'
import {
  readClaims,
  readDecided,
  readDecisions,
  readIdentifiers,
  readObserved,
  readObservedOf,
  readRecords,
  type StoredFact,
  type StoredIdentifier,
} from '../graph/identity-reads.ts'
import {
  addDecision,
  addObservation,
  decisionSubject,
  type Evidence,
  emptyEvidence,
  parseSupport,
  type RecordEvidence,
  type RecordVersion,
} from '../identity/evidence.ts'
import {
  type CurrentRecord,
  claimsOf,
  currentRecord,
  type Seen,
  seenOf,
  type Withdrawn,
  withdrawnScopes,
} from '../identity/facts.ts'
import { pairKey, pairOf, recordKey } from '../identity/keys.ts'
import type { Decision, IdentifierKey, Observation, PairKey, RecordKey } from '../identity/types.ts'
import type { Batch } from './resolver-types.ts'

/** The evidence that a batch touches, joined with it, beside what was stored. */
export interface Touched {
  readonly evidence: Evidence
  readonly before: {
    readonly identifiers: ReadonlyMap<IdentifierKey, StoredIdentifier>
    readonly observed: ReadonlyMap<PairKey, StoredFact>
    readonly versions: ReadonlyMap<RecordKey, ReadonlyMap<string, RecordVersion>>
  }
  /** What the touched pairs and records say now; undefined where nothing supports them. */
  readonly observed: ReadonlyMap<PairKey, Seen | undefined>
  readonly records: ReadonlyMap<RecordKey, { current: CurrentRecord | undefined; claims: ReadonlySet<IdentifierKey> }>
  /** Each touched identifier on its own supports alone; its pairs count besides. */
  readonly alone: ReadonlyMap<IdentifierKey, Seen | undefined>
  /** Decisions of the batch that are in force now and were not before. */
  readonly decided: readonly Decision[]
  /** Whether the graph holds any such decision from before. */
  readonly anyAssertion: boolean
  readonly anyOverride: boolean
  /** Whether each observation brought anything new. */
  readonly news: readonly boolean[]
}

/** Reads what a batch is about, joins the batch to it, and derives what counts now. */
export async function touch(tx: Transaction, batch: Batch): Promise<Touched> {
  const evidence = emptyEvidence()
  const records = await readRecords(tx, recordsIn(batch))
  const versions = new Map([...records].map(([key, record]) => [key, new Map(record.versions)]))
  for (const [key, record] of records) evidence.records.set(key, record)
  const revisited = await readObservedOf(tx, batch.revisit?.identifiers ?? [])
  const identifiers = identifiersIn(batch, records.values())
  for (const pair of revisited.keys()) for (const key of pairOf(pair)) identifiers.add(key)
  const [stored, observed, { withdrawals, ...any }] = await Promise.all([
    readIdentifiers(tx, identifiers),
    readObserved(tx, pairsIn(batch, records.values())),
    readDecided(tx),
  ])
  const before = { identifiers: stored, observed: new Map([...observed, ...revisited]), versions }
  for (const [key, { supports }] of before.identifiers) evidence.identifiers.set(key, new Map(supports))
  for (const [pair, { supports }] of before.observed) evidence.observed.set(pair, new Map(supports))
  const news = batch.observations.map((observation) => addObservation(evidence, observation))
  const decided = await decide(tx, evidence, batch.decisions ?? [])
  const withdrawn = withdrawnScopes(inForce(withdrawals, decided))
  return { evidence, before, ...(await derive(tx, evidence, withdrawn)), decided, news, ...any }
}

async function decide(tx: Transaction, evidence: Evidence, decisions: readonly Decision[]): Promise<Decision[]> {
  if (decisions.length === 0) return []
  const known = await readDecisions(tx, new Set(decisions.map(decisionSubject)))
  for (const [subject, decision] of known) evidence.decisions.set(subject, decision)
  for (const decision of decisions) addDecision(evidence, decision)
  return [...evidence.decisions].filter(([subject, decision]) => known.get(subject) !== decision).map(([, d]) => d)
}

/** Of each subject what is in force now: what was stored, unless it is decided anew. */
function inForce(stored: readonly Decision[], decided: readonly Decision[]): Iterable<Decision> {
  return new Map([...stored, ...decided].map((decision) => [decisionSubject(decision), decision])).values()
}

async function derive(tx: Transaction, evidence: Evidence, withdrawn: Withdrawn) {
  const records = new Map(
    [...evidence.records].map(([key, record]) => [
      key,
      { current: currentRecord(record, withdrawn), claims: claimsOf(record, withdrawn) },
    ]),
  )
  const others = await readClaims(tx, otherRecords(evidence))
  const none: ReadonlySet<IdentifierKey> = new Set()
  const currentClaims = (key: RecordKey) => records.get(key)?.claims ?? others.get(key) ?? none
  const counting = { withdrawn, currentClaims }
  return {
    records,
    observed: new Map([...evidence.observed].map(([pair, by]) => [pair, seenOf(by, pairOf(pair), counting)])),
    alone: new Map([...evidence.identifiers].map(([key, by]) => [key, seenOf(by, [key], counting)])),
  }
}

/** Records that touched facts stand on although the batch does not speak of them. */
function otherRecords(evidence: Evidence): Set<RecordKey> {
  const keys = new Set<RecordKey>()
  for (const supports of [...evidence.identifiers.values(), ...evidence.observed.values()]) {
    for (const support of supports.keys()) {
      const { source, recordId } = parseSupport(support)
      if (recordId === undefined) continue
      const key = recordKey(source, recordId)
      if (!evidence.records.has(key)) keys.add(key)
    }
  }
  return keys
}

function recordsIn({ observations, revisit }: Batch): Set<RecordKey> {
  return new Set([...observations.flatMap(({ record }) => record?.key ?? []), ...(revisit?.records ?? [])])
}

// Every version's claims, not the current one's alone: another version may be the current one after this batch.
function identifiersIn(batch: Batch, records: Iterable<RecordEvidence>): Set<IdentifierKey> {
  const keys = new Set<IdentifierKey>(batch.revisit?.identifiers)
  for (const { identifiers, record } of batch.observations) {
    for (const { key } of identifiers) keys.add(key)
    if (record !== undefined) keys.add(record.account)
  }
  for (const { account, versions } of records) {
    keys.add(account)
    for (const { claims } of versions.values()) for (const key of claims) keys.add(key)
  }
  for (const decision of batch.decisions ?? []) {
    if (decision.decision === 'assertion') keys.add(decision.a).add(decision.b)
    if (decision.decision === 'override') keys.add(decision.identifier)
  }
  return keys
}

function pairsIn(batch: Batch, records: Iterable<RecordEvidence>): Set<PairKey> {
  const pairs = new Set<PairKey>()
  const add = (keys: readonly IdentifierKey[]) => {
    for (const [index, key] of keys.entries()) for (const other of keys.slice(index + 1)) pairs.add(pairKey(key, other))
  }
  for (const observation of batch.observations) add(keysOf(observation))
  for (const { versions } of records) for (const { claims } of versions.values()) add(claims)
  return pairs
}

function keysOf({ identifiers }: Observation): IdentifierKey[] {
  return identifiers.map(({ key }) => key)
}
