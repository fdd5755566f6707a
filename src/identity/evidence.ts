import { compareKeys, pairKey } from './keys.ts'
import { canonicalDigest } from './policy.ts'
import type { Day, Decision, IdentifierKey, Millis, Observation, PairKey, RecordKey, Traits } from './types.ts'

/**
 * The join of everything ever said: each part merges by an operation that is commutative, associative and
 * idempotent, so that order, redelivery and batches cannot matter. What counts today is facts.ts's question.
 */
export interface Evidence {
  readonly identifiers: Map<IdentifierKey, Supports>
  readonly observed: Map<PairKey, Supports>
  readonly records: Map<RecordKey, RecordEvidence>
  /** The decision in force about each subject, see `decisionSubject`. */
  readonly decisions: Map<string, Decision>
}

/** What a fact stands on: one entry a support. */
export type Supports = Map<SupportKey, Support>
/** `source|load` of events, `source|load|record id` of claims. */
export type SupportKey = string

export interface Support {
  readonly first: Millis
  readonly last: Day
  /** The Pareto-minimal (observedAt, recordedAt), by observedAt: what a look into the past needs. */
  readonly sightings: readonly Sighting[]
}
export type Sighting = readonly [observedAt: Millis, recordedAt: Millis]

export interface RecordEvidence {
  readonly key: RecordKey
  readonly source: string
  readonly id: string
  readonly account: IdentifierKey
  /** By `versionKey`. */
  readonly versions: Map<string, RecordVersion>
  /** Traits that events carried: by field, then by the event's support, the latest. */
  readonly overlays: Map<string, Map<SupportKey, Overlay>>
}

export interface RecordVersion {
  readonly observedAt: Millis
  readonly digest: string
  readonly deleted: boolean
  readonly traits: Traits
  /** The identifiers it names, sorted, the account among them; none where the row is deleted. */
  readonly claims: readonly IdentifierKey[]
  /** The loads that brought it ('' for none), with the least recordedAt of each. */
  readonly deliveries: ReadonlyMap<string, Millis>
}

export interface Overlay {
  readonly observedAt: Millis
  readonly digest: string
  readonly value: string
}

/** Milliseconds of a day. */
export const DAY = 86_400_000

export function dayOf(time: Millis): Day {
  return Math.floor(time / DAY)
}

export function emptyEvidence(): Evidence {
  return { identifiers: new Map(), observed: new Map(), records: new Map(), decisions: new Map() }
}

/**
 * Joins one observation into the evidence, in place; answers whether it brought anything new. A claim supports the
 * record's account and its pairs; the other identifiers of a pair stand on the pair's supports, see facts.ts, so
 * that an address which a million records name does not carry a million supports.
 */
export function addObservation(evidence: Evidence, observation: Observation): boolean {
  const claim = observation.record !== undefined && isClaim(observation)
  let news = claim && addVersion(evidence, observation)
  if (observation.type === 'delete') return news
  const support = supportOf(observation)
  const keys = observation.identifiers.map(({ key }) => key)
  for (const [index, key] of keys.entries()) {
    const ownSupport = !claim || key === observation.record?.account
    if (ownSupport && addSupport(evidence.identifiers, key, support, observation)) news = true
    if (!ownSupport && !evidence.identifiers.has(key)) evidence.identifiers.set(key, new Map())
    for (const other of keys.slice(index + 1)) {
      if (addSupport(evidence.observed, pairKey(key, other), support, observation)) news = true
    }
  }
  if (observation.record !== undefined && !claim && addOverlays(evidence, observation)) news = true
  return news
}

/** Joins one decision into the evidence, in place: the greatest (at, id) about its subject is in force. */
export function addDecision(evidence: Evidence, decision: Decision): boolean {
  const subject = decisionSubject(decision)
  const inForce = evidence.decisions.get(subject)
  if (inForce !== undefined && !supersedes(decision, inForce)) return false
  evidence.decisions.set(subject, decision)
  return true
}

function supersedes(next: Decision, inForce: Decision): boolean {
  return next.at > inForce.at || (next.at === inForce.at && compareKeys(next.id, inForce.id) > 0)
}

/** What a decision is about; decisions about one subject replace each other. */
export function decisionSubject(decision: Decision): string {
  switch (decision.decision) {
    case 'assertion':
      return `assertion ${pairKey(decision.a, decision.b)}`
    case 'override':
      return `override ${decision.identifier}`
    case 'withdrawal':
      return `withdrawal ${decision.scope}`
  }
}

/** The scopes that a withdrawal may name. Sources and loads hold no bar, see `isScope` in normalise.ts. */
export const withdrawalScope = {
  source: (source: string) => source,
  load: (source: string, load: string) => `${source}|${load}`,
  record: (source: string, id: string) => `${source}||${id}`,
} as const

/** The parts of a support's key. */
export function parseSupport(key: SupportKey): { source: string; load: string; recordId: string | undefined } {
  const [source = '', load = ''] = key.split('|', 2)
  const rest = source.length + load.length + 1
  return { source, load, recordId: key.length > rest ? key.slice(rest + 1) : undefined }
}

/** What the observation's facts stand on: its record for claims, else its source or load. */
export function supportOf(observation: Observation): SupportKey {
  const events = `${observation.source}|${observation.load}`
  return isClaim(observation) && observation.record !== undefined ? `${events}|${observation.record.id}` : events
}

export function versionKey(version: Pick<RecordVersion, 'observedAt' | 'digest'>): string {
  return `${version.observedAt}|${version.digest}`
}

function isClaim(observation: Observation): boolean {
  return observation.type === 'record' || observation.type === 'delete'
}

function addSupport<K>(facts: Map<K, Supports>, key: K, support: SupportKey, observation: Observation): boolean {
  let supports = facts.get(key)
  if (supports === undefined) {
    supports = new Map()
    facts.set(key, supports)
  }
  const before = supports.get(support)
  const sighting: Support = {
    first: observation.observedAt,
    last: dayOf(observation.observedAt),
    sightings: [[observation.observedAt, observation.recordedAt]],
  }
  const joined = before === undefined ? sighting : joinSupports(before, sighting)
  if (before !== undefined && sameSupport(before, joined)) return false
  supports.set(support, joined)
  return true
}

function sameSupport(a: Support, b: Support): boolean {
  const same = a.first === b.first && a.last === b.last && a.sightings.length === b.sightings.length
  return (
    same && a.sightings.every(([at, recorded], i) => at === b.sightings[i]?.[0] && recorded === b.sightings[i]?.[1])
  )
}

/** Least firstSeen, greatest lastSeen, and the sightings that no other one precedes in both times. */
export function joinSupports(a: Support, b: Support): Support {
  const sightings = paretoMinimal([...a.sightings, ...b.sightings])
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last), sightings }
}

function paretoMinimal(sightings: readonly Sighting[]): Sighting[] {
  const minimal: Sighting[] = []
  let recordedBefore = Number.POSITIVE_INFINITY
  for (const sighting of sightings.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (sighting[1] >= recordedBefore) continue
    minimal.push(sighting)
    recordedBefore = sighting[1]
  }
  return minimal
}

function recordOf(
  evidence: Evidence,
  { source, record }: Required<Pick<Observation, 'source' | 'record'>>,
): RecordEvidence {
  let known = evidence.records.get(record.key)
  if (known === undefined) {
    known = {
      key: record.key,
      source,
      id: record.id,
      account: record.account,
      versions: new Map(),
      overlays: new Map(),
    }
    evidence.records.set(record.key, known)
    // History, even where only its deletion is known: a record is always about an identifier of the graph.
    if (!evidence.identifiers.has(record.account)) evidence.identifiers.set(record.account, new Map())
  }
  return known
}

function addVersion(evidence: Evidence, observation: Observation): boolean {
  const { record, source, load, recordedAt } = observation
  if (record === undefined) return false
  const version = versionOf(observation, record)
  const { versions } = recordOf(evidence, { source, record })
  const before = versions.get(versionKey(version))?.deliveries
  const recordedBefore = before?.get(load)
  if (recordedBefore !== undefined && recordedBefore <= recordedAt) return false
  versions.set(versionKey(version), { ...version, deliveries: new Map(before).set(load, recordedAt) })
  return true
}

/** The version of its record that a claim is, as yet delivered by nobody; undefined of an event. */
export function versionIn(observation: Observation): Omit<RecordVersion, 'deliveries'> | undefined {
  const { record } = observation
  return record === undefined || !isClaim(observation) ? undefined : versionOf(observation, record)
}

function versionOf(observation: Observation, record: NonNullable<Observation['record']>) {
  const deleted = observation.type === 'delete'
  const content = {
    deleted,
    traits: deleted ? {} : record.traits,
    claims: deleted ? [] : observation.identifiers.map(({ key }) => key),
  }
  return { ...content, observedAt: observation.observedAt, digest: canonicalDigest(content) }
}

function addOverlays(evidence: Evidence, observation: Observation): boolean {
  const { record, source, observedAt } = observation
  if (record === undefined || Object.keys(record.traits).length === 0) return false
  let news = false
  const { overlays } = recordOf(evidence, { source, record })
  for (const [field, value] of Object.entries(record.traits)) {
    let bySupport = overlays.get(field)
    if (bySupport === undefined) {
      bySupport = new Map()
      overlays.set(field, bySupport)
    }
    const support = supportOf(observation)
    const overlay = { observedAt, digest: canonicalDigest([field, value]), value }
    const before = bySupport.get(support)
    if (before !== undefined && !isLater(overlay, before)) continue
    bySupport.set(support, overlay)
    news = true
  }
  return news
}

/** The order of what was said about one record: by time, then by digest of the content, never by arrival. */
export function isLater(a: { observedAt: Millis; digest: string }, b: { observedAt: Millis; digest: string }): boolean {
  return a.observedAt > b.observedAt || (a.observedAt === b.observedAt && compareKeys(a.digest, b.digest) > 0)
}
