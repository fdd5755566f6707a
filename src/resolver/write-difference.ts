import type { Transaction } from '../graph/graph.ts'
import {
  createIdentifiers,
  createObserved,
  drawAsserted,
  type IdentifierChange,
  saveCustomers,
  saveDecisions,
  saveIdentifiers,
  saveObserved,
  saveRecords,
  saveRefused,
  saveStatus,
} from '../graph/identity-writes.ts'
import type { Supports } from '../identity/evidence.ts'
import type { Evolution } from '../identity/history.ts'
import { pairKey } from '../identity/keys.ts'
import type { Resolution, Rules } from '../identity/resolve.ts'
import type { Assertion, IdentifierKey, Millis, PairKey, RecordKey } from '../identity/types.ts'
import { dirtyRecords, sameSeen } from './news.ts'
import type { Batch } from './resolver-types.ts'
import type { Slice } from './slice.ts'
import type { Touched } from './touched.ts'

/** Everything that a batch changes, decided and not yet written. */
export interface Difference {
  readonly touched: Touched
  readonly slice: Slice
  readonly resolution: Resolution
  readonly evolution: Evolution
}

export interface Written {
  readonly identifiersCreated: number
  readonly edgesCreated: number
}

/** Writes what differs between what was stored and what is so now: evidence first, then what follows from it. */
export async function writeDifference(
  tx: Transaction,
  batch: Batch,
  difference: Difference,
  rules: Rules,
  at: Millis,
): Promise<Written> {
  const { touched, evolution } = difference
  // Sent one after another without waiting for each answer: the store runs them in this order.
  const identifiers = identifierChanges(difference)
  const observed = observedChanges(touched)
  await Promise.all([
    createIdentifiers(tx, identifiers.created),
    saveIdentifiers(tx, identifiers.saved),
    saveStatus(tx, identifiers.statuses),
    createObserved(tx, observed.created),
    saveObserved(tx, observed.saved),
    saveRefused(tx, refusedChanges(difference)),
    saveRecords(tx, recordChanges(batch, touched)),
    saveDecisions(tx, touched.decided),
    drawAsserted(tx, assertedChanges(difference)),
    saveCustomers(tx, { ...evolution, at, policy: rules.policy.hash, causeOf: causes(batch, difference) }),
  ])
  return { identifiersCreated: identifiers.created.length, edgesCreated: observed.created.length }
}

function identifierChanges({ touched, slice }: Difference) {
  const created: (IdentifierChange & { supports: Supports })[] = []
  const saved: typeof created = []
  const statuses: IdentifierChange[] = []
  for (const key of new Set([...touched.evidence.identifiers.keys(), ...slice.statuses.keys()])) {
    const stored = touched.before.identifiers.get(key)
    const supports = touched.evidence.identifiers.get(key)
    const known = slice.statuses.get(key)
    const status = known ?? stored?.status ?? 'unsupported'
    const seen = known === undefined ? stored?.seen : slice.facts.identifiers.get(key)
    const change = { key, status, seen }
    if (supports !== undefined && stored === undefined) created.push({ ...change, supports })
    else if (supports !== undefined && !sameSupports(supports, stored?.supports)) saved.push({ ...change, supports })
    else if (status !== slice.before.statuses.get(key) || !sameSeen(seen, slice.before.seen.get(key))) {
      statuses.push(change)
    }
  }
  return { created, saved, statuses }
}

// A support is replaced when it changes, never altered: see joinSupports.
function sameSupports(a: Supports, b: Supports | undefined): boolean {
  return a.size === b?.size && [...a].every(([key, support]) => b.get(key) === support)
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

function refusedChanges({ slice, resolution }: Difference): Map<PairKey, boolean> {
  const changes = new Map<PairKey, boolean>()
  for (const pair of resolution.refused.observed) if (!slice.before.refused.has(pair)) changes.set(pair, true)
  for (const pair of slice.before.refused) if (!resolution.refused.observed.has(pair)) changes.set(pair, false)
  return changes
}

function recordChanges(batch: Batch, touched: Touched) {
  const dirty = dirtyRecords(batch, touched)
  return [...touched.evidence.records.values()]
    .filter(({ key }) => dirty.has(key))
    .map((record) => {
      const { current, claims } = touched.records.get(record.key) ?? { current: undefined, claims: new Set<never>() }
      return { record, current, claims, versions: newVersions(touched, record.key) }
    })
}

function newVersions({ evidence, before }: Touched, key: RecordKey) {
  const stored = before.versions.get(key)
  const versions = [...(evidence.records.get(key)?.versions ?? [])]
  return versions.filter(([name, version]) => stored?.get(name) !== version).map(([, version]) => version)
}

/** The assertions to draw anew: about the components, and where an identifier that one waited for has come. */
function assertedChanges({ touched, slice, resolution }: Difference) {
  const pairs = new Map<PairKey, { assertion: Assertion; refused: boolean }>()
  const exists = (key: IdentifierKey) => touched.evidence.identifiers.has(key) || slice.before.statuses.has(key)
  for (const assertion of slice.assertions.values()) {
    if (assertion.decision !== 'assertion' || !exists(assertion.a) || !exists(assertion.b)) continue
    const pair = pairKey(assertion.a, assertion.b)
    pairs.set(pair, { assertion, refused: resolution.refused.asserted.has(pair) })
  }
  return pairs
}

/** Why customers of these identifiers changed, as the change feed words it. */
function causes({ revisit }: Batch, { touched, slice, resolution: { statuses } }: Difference) {
  const turnedShared = new Set(
    [...statuses]
      .filter(([key, status]) => status === 'shared' && slice.before.statuses.get(key) === 'linking')
      .map(([key]) => key),
  )
  return (members: readonly IdentifierKey[]) => {
    if (members.some((key) => turnedShared.has(key))) return 'shared'
    return touched.decided.length > 0 || revisit !== undefined ? 'asserted' : 'observed'
  }
}
