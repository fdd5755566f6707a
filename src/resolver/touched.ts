import type { Transaction } from '../graph/graph.ts'
import { readDecisions } from '../graph/identity-reads.ts'
import { readClaims } from '../graph/record-reads.ts'
import {
  addDecision,
  addObservation,
  decisionSubject,
  type Evidence,
  emptyEvidence,
  parseSupport,
  type RecordEvidence,
  type RecordVersion,
  versionKey,
} from '../identity/evidence.ts'
import {
  type CurrentRecord,
  claimsOf,
  currentRecord,
  currentVersion,
  type Seen,
  seenOf,
  type Withdrawn,
  withdrawnScopes,
} from '../identity/facts.ts'
import { pairOf, recordKey } from '../identity/keys.ts'
import type { Decision, IdentifierKey, PairKey, RecordKey } from '../identity/types.ts'
import type { Batch } from './resolver-types.ts'
import type { Stored } from './stored.ts'

/** The evidence that a batch touches, joined with it, beside what was stored. */
export interface Touched {
  readonly evidence: Evidence
  readonly before: Stored & { readonly versions: ReadonlyMap<RecordKey, ReadonlyMap<string, RecordVersion>> }
  /** What the touched pairs and records say now; undefined where nothing supports them. */
  readonly observed: ReadonlyMap<PairKey, Seen | undefined>
  readonly records: ReadonlyMap<RecordKey, TouchedRecord>
  /** Each touched identifier on its own supports alone; its pairs count besides. */
  readonly alone: ReadonlyMap<IdentifierKey, Seen | undefined>
  /** Decisions of the batch that are in force now and were not before. */
  readonly decided: readonly Decision[]
  /** Whether each observation brought anything new. */
  readonly news: readonly boolean[]
}

interface TouchedRecord {
  readonly current: CurrentRecord | undefined
  /** Of the current version. */
  readonly claims: ReadonlySet<IdentifierKey>
  /** The current version, see `versionKey`. */
  readonly version: string | undefined
}

/** Joins a batch to what was stored of it, and derives what counts now. */
export async function touch(tx: Transaction, batch: Batch, stored: Stored): Promise<Touched> {
  const decisions = batch.decisions ?? []
  const known = await readDecisions(tx, new Set(decisions.map(decisionSubject)))
  const joined = joinBatch(batch, stored, known)
  return derive(stored, joined, await readClaims(tx, otherRecords(joined.evidence)))
}

export interface JoinedBatch extends Pick<Touched, 'evidence' | 'decided' | 'news'> {
  readonly versions: Touched['before']['versions']
}

/** With what is known of identifiers that the batch does not name. */
export function withPartners(touched: Touched, partners: Pick<Stored, 'identifiers' | 'customers'>): Touched {
  if (partners.identifiers.size === 0) return touched
  const { before } = touched
  return {
    ...touched,
    before: {
      ...before,
      identifiers: new Map([...partners.identifiers, ...before.identifiers]),
      customers: new Map([...partners.customers, ...before.customers]),
    },
  }
}

/** The evidence of the batch and of what was stored about it. `known`: what is in force about what the batch decides. */
export function joinBatch(
  { observations, decisions = [] }: Batch,
  stored: Stored,
  known: ReadonlyMap<string, Decision>,
): JoinedBatch {
  const evidence = emptyEvidence()
  const versions = new Map([...stored.records].map(([key, record]) => [key, new Map(record.versions)]))
  for (const [key, record] of stored.records) evidence.records.set(key, record)
  for (const [key, { supports }] of stored.identifiers) evidence.identifiers.set(key, new Map(supports))
  for (const [pair, { supports }] of stored.observed) evidence.observed.set(pair, new Map(supports))
  const news = observations.map((observation) => addObservation(evidence, observation))
  for (const [subject, decision] of known) evidence.decisions.set(subject, decision)
  for (const decision of decisions) addDecision(evidence, decision)
  const decided = [...evidence.decisions].filter(([subject, decision]) => known.get(subject) !== decision)
  return { evidence, versions, news, decided: decided.map(([, decision]) => decision) }
}

/** Of each subject what is in force now: what was stored, unless it is decided anew. */
function inForce(stored: readonly Decision[], decided: readonly Decision[]): Iterable<Decision> {
  return new Map([...stored, ...decided].map((decision) => [decisionSubject(decision), decision])).values()
}

/** What counts of it now. `others`: what the records claim that it stands on and does not hold. */
export function derive(
  stored: Stored,
  { evidence, versions, decided, news }: JoinedBatch,
  others: ReadonlyMap<RecordKey, ReadonlySet<IdentifierKey>>,
): Touched {
  const withdrawn = withdrawnScopes(inForce(stored.decided.withdrawals, decided))
  const records = new Map([...evidence.records].map(([key, record]) => [key, recordNow(record, withdrawn)]))
  const none: ReadonlySet<IdentifierKey> = new Set()
  const currentClaims = (key: RecordKey) => records.get(key)?.claims ?? others.get(key) ?? none
  const counting = { withdrawn, currentClaims }
  return {
    ...{ evidence, before: { ...stored, versions }, decided, news, records },
    observed: new Map([...evidence.observed].map(([pair, by]) => [pair, seenOf(by, pairOf(pair), counting)])),
    alone: new Map([...evidence.identifiers].map(([key, by]) => [key, seenOf(by, [key], counting)])),
  }
}

function recordNow(record: RecordEvidence, withdrawn: Withdrawn): TouchedRecord {
  const version = currentVersion(record, withdrawn)
  return {
    current: currentRecord(record, withdrawn),
    claims: claimsOf(record, withdrawn),
    version: version === undefined ? undefined : versionKey(version),
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
