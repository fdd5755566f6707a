import { createHash } from 'node:crypto'
import { canonicalJson } from '../../src/identity/policy.ts'
import type { Decision, IdentifierKey, Observation, Override, RecordKey, Withdrawal } from '../../src/identity/types.ts'

/** Everything that was ever said, in no particular order, repetitions included. */
export type Item = Observation | Decision
/** A trait of a record as it stands, and when it was said. */
export interface SaidField {
  readonly value: string
  readonly observedAt: number
}

/** A record as it stands, as far as a comparison may look at it. */
export interface OracleRecord {
  readonly key: RecordKey
  readonly account: IdentifierKey
  readonly source: string
  readonly id: string
  readonly fields: ReadonlyMap<string, SaidField>
}

export function observationsIn(items: readonly Item[]): Observation[] {
  return items.filter((item): item is Observation => 'messageId' in item)
}

export function decisionsIn(items: readonly Item[]): Decision[] {
  return items.filter((item): item is Decision => 'decision' in item)
}

/** Of decisions about one subject, the one in force: the greatest (at, id). */
export function inForce<D extends Decision>(decisions: readonly D[]): D | undefined {
  return decisions.find((one) =>
    decisions.every((other) => other.at < one.at || (other.at === one.at && other.id <= one.id)),
  )
}

export function overrideOf(items: readonly Item[], identifier: string): Override['verdict'] | undefined {
  const about = decisionsIn(items).filter(
    (decision): decision is Override => decision.decision === 'override' && decision.identifier === identifier,
  )
  return inForce(about)?.verdict
}

// The names of what can be withdrawn, as the contract of `Withdrawal.scope` gives them.
export interface ScopeNames {
  source(source: string): string
  load(source: string, load: string): string
  record(source: string, record: string): string
}

function isWithdrawn(items: readonly Item[], scope: string): boolean {
  const about = decisionsIn(items).filter(
    (decision): decision is Withdrawal => decision.decision === 'withdrawal' && decision.scope === scope,
  )
  return inForce(about)?.verdict === 'withdrawn'
}

function isClaim(observation: Observation): boolean {
  return observation.type === 'record' || observation.type === 'delete'
}

/** Whether its source and its load stand. */
function delivered(items: readonly Item[], { source, load }: Observation, scopes: ScopeNames): boolean {
  if (isWithdrawn(items, scopes.source(source))) return false
  return load === '' || !isWithdrawn(items, scopes.load(source, load))
}

/** The events that count: what they saw together stays seen, whatever became of a record they mention. */
export function countedEvents(items: readonly Item[], scopes: ScopeNames): Observation[] {
  return observationsIn(items).filter((one) => !isClaim(one) && delivered(items, one, scopes))
}

/** The versions of one record that count, deletions among them, and the traits that counted events lay over it. */
function countedAbout(items: readonly Item[], record: RecordKey, scopes: ScopeNames): Observation[] {
  return observationsIn(items).filter(
    (one) =>
      one.record?.key === record &&
      delivered(items, one, scopes) &&
      !isWithdrawn(items, scopes.record(one.source, one.record.id)),
  )
}

export function recordKeysIn(items: readonly Item[]): RecordKey[] {
  return [...new Set(observationsIn(items).flatMap((one) => one.record?.key ?? []))]
}

/** The whole-row versions of a record that count. */
export function countedVersions(items: readonly Item[], record: RecordKey, scopes: ScopeNames): Observation[] {
  return countedAbout(items, record, scopes).filter(isClaim)
}

/** The version of a record that is current: the greatest (observedAt, digest). It may be a deletion. */
export function currentVersion(items: readonly Item[], record: RecordKey, scopes: ScopeNames): Observation | undefined {
  const versions = countedVersions(items, record, scopes)
  return versions.find((one) => versions.every((other) => !isLater(said(other), said(one))))
}

/** The traits of a record as they stand: the current version's, and over them what later events said. */
export function currentFields(items: readonly Item[], record: RecordKey, scopes: ScopeNames): Map<string, SaidField> {
  const row = currentVersion(items, record, scopes)
  const fields = new Map<string, SaidField>()
  if (row !== undefined && row.type !== 'delete') {
    for (const [field, value] of Object.entries(row.record?.traits ?? {})) {
      fields.set(field, { value, observedAt: row.observedAt })
    }
  }
  const events = countedAbout(items, record, scopes).filter((one) => !isClaim(one))
  for (const field of new Set(events.flatMap((event) => Object.keys(event.record?.traits ?? {})))) {
    const overlays = events.flatMap(({ observedAt, record }) => {
      const value = record?.traits[field]
      return value === undefined ? [] : [{ value, observedAt, digest: digest([field, value]) }]
    })
    const later = row === undefined ? overlays : overlays.filter((overlay) => isLater(overlay, said(row)))
    const last = later.find((one) => later.every((other) => !isLater(other, one)))
    if (last !== undefined) fields.set(field, { value: last.value, observedAt: last.observedAt })
  }
  return fields
}

interface Said {
  readonly observedAt: number
  readonly digest: string
}

function said(version: Observation): Said {
  const deleted = version.type === 'delete'
  const content = {
    deleted,
    traits: deleted ? {} : (version.record?.traits ?? {}),
    claims: deleted ? [] : version.identifiers.map(({ key }) => key),
  }
  return { observedAt: version.observedAt, digest: digest(content) }
}

function isLater(one: Said, other: Said): boolean {
  if (one.observedAt !== other.observedAt) return one.observedAt > other.observedAt
  return one.digest > other.digest
}

// Which of two things said at the same time is greater is arbitrary, so the arbitrary choice is the same one.
function digest(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 32)
}
