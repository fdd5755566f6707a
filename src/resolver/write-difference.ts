import { noteChanges } from '../graph/change-notes.ts'
import { saveContested, saveCustomers } from '../graph/customer-writes.ts'
import type { Transaction } from '../graph/graph.ts'
import {
  createIdentifiers,
  createObserved,
  drawAsserted,
  type IdentifierChange,
  type IdentifierFact,
  markUnresolved,
  saveDecisions,
  saveIdentifiers,
  saveObserved,
  saveRecords,
  saveRefused,
  saveStatus,
} from '../graph/identity-writes.ts'
import { inTurn } from '../graph/in-turn.ts'
import { type BlockEntry, saveBlockEntries, saveScores } from '../graph/scoring-writes.ts'
import type { RecordVersion } from '../identity/evidence.ts'
import { pairKey } from '../identity/keys.ts'
import type { Policy } from '../identity/policy.ts'
import type { Rules } from '../identity/resolve.ts'
import type { Assertion, CustomerId, IdentifierKey, Kind, Millis, PairKey, RecordKey } from '../identity/types.ts'
import { changedNames } from './changed-names.ts'
import type { Decided } from './decide.ts'
import { none, sameSupports } from './derive.ts'
import { type News, sameSeen } from './news.ts'
import { relinked } from './relinked.ts'
import type { Rescored } from './rescore.ts'
import type { Batch } from './resolver-types.ts'
import type { Touched } from './touched.ts'

/** Everything that a batch changes, decided and not yet written. */
export interface Difference {
  readonly batch: Batch
  readonly touched: Touched
  readonly news: News
  readonly rescored: Rescored
  readonly decided: Decided
}

export interface Written {
  readonly identifiersCreated: number
  readonly edgesCreated: number
  readonly refused: number
}

/** Writes what differs between what was stored and what is so now: evidence first, then what follows from it. */
export async function writeDifference(
  tx: Transaction,
  difference: Difference,
  { policy, matching }: Rules,
  at: Millis,
): Promise<Written> {
  const { touched, decided, rescored } = difference
  const identifiers = identifierChanges(difference)
  const observed = observedChanges(touched)
  const refused = refusedChanges(decided)
  const records = recordChanges(difference)
  const asserted = assertedChanges(difference)
  const { evolution, previous, contested } = decided
  const changes = { ...evolution, previous, contested, at, policy: policy.hash, causeOf: causes(difference, policy) }
  await inTurn([
    () => saveBlockEntries(tx, entriesMoved(rescored)),
    () => createIdentifiers(tx, identifiers.created),
    () => saveIdentifiers(tx, identifiers.saved),
    () => saveStatus(tx, identifiers.statuses),
    () => createObserved(tx, observed.created),
    () => saveObserved(tx, observed.saved),
    () => saveRefused(tx, 'observed', refused.observed),
    () => saveRecords(tx, records),
    () => saveScores(tx, rescored.scores, matching.model),
    () => saveRefused(tx, 'scored', refused.scored),
    () => saveDecisions(tx, touched.decided),
    () => drawAsserted(tx, asserted),
    () => saveCustomers(tx, changes),
    () => saveContested(tx, contestedChanges(decided)),
    () => markUnresolved(tx, decided.unresolved),
    () =>
      noteChanges(
        tx,
        changedNames(difference, {
          identifiers: Object.values(identifiers).flatMap((changed) => changed.map(({ key }) => key)),
          pairs: [
            ...[...observed.created, ...observed.saved].map(({ key }) => key),
            ...[refused.observed, refused.scored, rescored.scores, asserted].flatMap((pairs) => [...pairs.keys()]),
          ],
          records: records.map(({ record }) => record),
        }),
      ),
  ])
  return {
    identifiersCreated: identifiers.created.length,
    edgesCreated: observed.created.length,
    refused: [...refused.observed.values(), ...refused.scored.values()].filter(Boolean).length,
  }
}

function identifierChanges({ touched, decided }: Difference) {
  const created: IdentifierFact[] = []
  const saved: typeof created = []
  const statuses: IdentifierChange[] = []
  for (const key of new Set([...touched.evidence.identifiers.keys(), ...decided.derived.keys()])) {
    const stored = touched.before.identifiers.get(key)
    const before = stored ?? decided.before.get(key)
    const supports = touched.evidence.identifiers.get(key)
    const now = decided.derived.get(key)
    const change = {
      key,
      status: now?.status ?? before?.status ?? 'unsupported',
      seen: now === undefined ? before?.seen : now.seen,
      neighbours: now?.neighbours ?? stored?.neighbours ?? none,
    }
    if (supports !== undefined && stored === undefined) created.push({ ...change, supports })
    else if (supports !== undefined && !sameSupports(supports, stored?.supports)) saved.push({ ...change, supports })
    else if (change.status !== before?.status || !sameSeen(change.seen, before.seen)) statuses.push(change)
    else if (stored !== undefined && !sameCounts(change.neighbours, stored.neighbours)) statuses.push(change)
  }
  return { created, saved, statuses }
}

function sameCounts(a: ReadonlyMap<Kind, number>, b: ReadonlyMap<Kind, number>): boolean {
  return a.size === b.size && [...a].every(([kind, count]) => b.get(kind) === count)
}

function observedChanges({ evidence, observed, before }: Touched) {
  const changes = [...evidence.observed].map(([key, supports]) => ({ key, supports, seen: observed.get(key) }))
  const isNew = ({ key }: { key: PairKey }) => !before.observed.has(key)
  const changed = ({ key, supports, seen }: (typeof changes)[number]) => {
    const stored = before.observed.get(key)
    return stored !== undefined && !(sameSupports(supports, stored.supports) && sameSeen(seen, stored.seen))
  }
  return { created: changes.filter(isNew), saved: changes.filter(changed) }
}

function refusedChanges({ refused: { before, now } }: Decided) {
  return { observed: flipped(before.observed, now.observed), scored: flipped(before.scored, now.scored) }
}

/** Of each pair that is in one of both, whether it is in the second. */
function flipped(before: ReadonlySet<PairKey>, now: ReadonlySet<PairKey>): Map<PairKey, boolean> {
  return new Map([...now.symmetricDifference(before)].map((pair) => [pair, now.has(pair)]))
}

function contestedChanges({ next, evolution, previous, contested }: Decided): Map<CustomerId, boolean> {
  const saved = new Set(evolution.saved.map(({ customer }) => customer.id))
  const changes = new Map<CustomerId, boolean>()
  for (const id of next) {
    const before = previous.get(id)?.contested ?? false
    if (!saved.has(id) && before !== contested.has(id)) changes.set(id, contested.has(id))
  }
  return changes
}

function recordChanges({ touched, news, rescored }: Difference) {
  return [...touched.evidence.records.values()]
    .filter(({ key }) => news.records.has(key))
    .map((record) => {
      const none = { current: undefined, claims: new Set<never>(), version: undefined }
      const blocks = rescored.blocks.get(record.key)?.now ?? touched.before.records.get(record.key)?.blocks ?? []
      return {
        record,
        ...(touched.records.get(record.key) ?? none),
        isHeld: touched.before.records.has(record.key),
        versions: versionChanges(touched, record.key),
        blocks,
      }
    })
}

function entriesMoved({ blocks }: Rescored) {
  const moved = (of: 'left' | 'entered') =>
    [...blocks].flatMap(([record, move]) => move[of].map((block): BlockEntry => [block, record]))
  return { left: moved('left'), entered: moved('entered') }
}

function versionChanges({ evidence, before }: Touched, key: RecordKey) {
  const stored: ReadonlyMap<string, RecordVersion> = before.versions.get(key) ?? new Map()
  const changed = [...(evidence.records.get(key)?.versions ?? [])].filter(
    ([name, version]) => stored.get(name) !== version,
  )
  const versions = (isHeld: boolean) =>
    changed.filter(([name]) => stored.has(name) === isHeld).map(([, version]) => version)
  return { created: versions(false), saved: versions(true) }
}

/** The assertions to draw anew: about the components, and where an identifier that one waited for has come. */
function assertedChanges({ touched, decided }: Difference) {
  const pairs = new Map<PairKey, { assertion: Assertion; refused: boolean }>()
  const exists = (key: IdentifierKey) => touched.evidence.identifiers.has(key) || decided.before.has(key)
  for (const assertion of decided.assertions.values()) {
    if (!exists(assertion.a) || !exists(assertion.b)) continue
    const pair = pairKey(assertion.a, assertion.b)
    pairs.set(pair, { assertion, refused: decided.refused.now.asserted.has(pair) })
  }
  return pairs
}

/** Why customers of these identifiers changed, as the change feed words it. */
function causes({ batch, touched, rescored, decided }: Difference, policy: Policy) {
  const turnedShared = new Set(
    [...decided.derived]
      .filter(([key, { status }]) => status === 'shared' && statusBefore(key) === 'linking')
      .map(([key]) => key),
  )
  const scored = new Set(relinked(rescored, policy))
  return (members: readonly IdentifierKey[]) => {
    if (members.some((key) => turnedShared.has(key))) return 'shared'
    if (touched.decided.length > 0 || batch.revisit !== undefined) return 'asserted'
    return members.some((key) => scored.has(key)) ? 'scored' : 'observed'
  }

  function statusBefore(key: IdentifierKey) {
    return (touched.before.identifiers.get(key) ?? decided.before.get(key))?.status
  }
}
