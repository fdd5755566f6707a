import type { Block } from '../identity/active-blocks.ts'
import type { Seen } from '../identity/facts.ts'
import { evolve, type FormerCustomer } from '../identity/history.ts'
import { compareKeys, pairOf } from '../identity/keys.ts'
import { canonicalJson } from '../identity/policy.ts'
import { tenuresText } from '../identity/recycled.ts'
import type { ResolvedCustomer } from '../identity/resolve.ts'
import { SHOWN_TRAITS } from '../identity/shown-traits.ts'
import type { NeighbourCounts } from '../identity/status.ts'
import type { CustomerId, IdentifierKey, Millis, PairKey, Status } from '../identity/types.ts'
import { encodeNeighbours, encodeSeen, isoDay } from './codec.ts'
import { retireCustomers, reviveCustomers } from './customer-writes.ts'
import type { Transaction } from './graph.ts'
import { inOrder, runRows } from './rows.ts'
import { shownOfCustomer } from './shown-properties.ts'

// What a rebuild writes: what follows from the evidence, whatever stands there. Rows go in the order of their keys.

/** The current row of a record. */
export interface CurrentRow {
  readonly key: string
  readonly account: IdentifierKey
  /** Undefined where nothing of it counts. */
  readonly observedAt: Millis | undefined
  /** JSON. */
  readonly fields: string
  readonly claims: readonly IdentifierKey[]
  /** Key of the current version. */
  readonly current: string | null
  /** Of each of `SHOWN_TRAITS` its value or null. */
  readonly shown: readonly (string | null)[]
  readonly blocks: readonly Block[]
}

export async function saveCurrentRows(tx: Transaction, rows: readonly CurrentRow[]): Promise<void> {
  await runRows(
    tx,
    'rebuild/save-records',
    inOrder(rows).map(({ key, account, observedAt, fields, claims, current, shown, blocks }) => ({
      ...{ key, account, observedAt: observedAt ?? null },
      properties: {
        ...Object.fromEntries(SHOWN_TRAITS.map(({ property }, index) => [property, shown[index] ?? null])),
        ...{ fields, claims: [...claims], current, blocks: blocks.length === 0 ? null : [...blocks] },
      },
    })),
  )
}

export async function saveTimes(
  tx: Transaction,
  pairs: readonly { readonly a: IdentifierKey; readonly b: IdentifierKey; readonly seen: Seen | undefined }[],
): Promise<void> {
  const rows = pairs.toSorted((x, y) => compareKeys(x.a, y.a) || compareKeys(x.b, y.b))
  await runRows(
    tx,
    'rebuild/save-times',
    rows.map(({ a, b, seen }) => ({ a, b, ...encodeSeen(seen) })),
  )
}

/** What follows from the evidence about an identifier. */
export interface Place {
  readonly key: IdentifierKey
  readonly status: Status
  readonly seen: Seen | undefined
  /** Of each kind that the policy limits; empty unless it links. */
  readonly neighbours: NeighbourCounts
}

export async function savePlaces(tx: Transaction, places: readonly Place[]): Promise<void> {
  const rows = inOrder(places).map(({ key, status, seen, neighbours }) => ({
    ...{ key, status, ...encodeSeen(seen), ...encodeNeighbours(neighbours) },
  }))
  await runRows(tx, 'rebuild/save-places', rows)
}

export async function markCustomers(
  tx: Transaction,
  marks: readonly { readonly id: CustomerId; readonly contested: boolean }[],
): Promise<void> {
  const rows = marks
    .toSorted((a, b) => compareKeys(a.id, b.id))
    .map(({ id, contested }) => ({ id, contested: contested ? true : null }))
  await runRows(tx, 'rebuild/mark-customers', rows)
}

/** Takes away how these assertions are drawn. */
export async function eraseAsserted(tx: Transaction, pairs: readonly PairKey[]): Promise<void> {
  if (pairs.length > 0) await tx.run('identity/delete-asserted', { pairs: pairs.map((pair) => [...pairOf(pair)]) })
}

/** Customers that are to be as the evidence implies them, and ids that the graph holds and it does not imply. */
export interface CustomerRepair {
  readonly implied: readonly { readonly customer: ResolvedCustomer; readonly contested: boolean }[]
  readonly stray: readonly Pick<FormerCustomer, 'id' | 'anchor' | 'held'>[]
  readonly at: Millis
  /** Hash of the policy. */
  readonly policy: string
}

export interface CustomersRepaired {
  readonly saved: number
  readonly retired: number
  readonly revived: number
}

/** Nothing but the rules, or a repair, explains these changes. */
const CAUSE = 'policy'

/**
 * Writes them, and gives ids up or takes them back, all versions counting on. May run again after it was committed:
 * then versions count on once more.
 */
export async function repairCustomers(tx: Transaction, repair: CustomerRepair): Promise<CustomersRepaired> {
  const contested = new Map(repair.implied.map((one) => [one.customer.id, one.contested]))
  const { saved, retired, revived } = await evolution(tx, repair)
  await reviveCustomers(tx, revived)
  await retireCustomers(tx, { retired, causeOf: () => CAUSE, at: repair.at })
  const rows = saved
    .toSorted((a, b) => compareKeys(a.customer.id, b.customer.id))
    .map(({ customer, version, digest }) => ({
      id: customer.id,
      members: [...customer.members],
      firstSeen: customer.firstSeen,
      lastSeen: isoDay(customer.lastSeen),
      changedAt: repair.at,
      properties: {
        ...shownOfCustomer(customer.golden),
        ...{ version, size: customer.members.length, anchor: customer.anchor, digest },
        ...{ golden: canonicalJson(customer.golden), provenance: canonicalJson(customer.provenance) },
        tenures: tenuresText(customer.tenures),
        ...{ cause: CAUSE, policy: repair.policy, contested: contested.get(customer.id) === true ? true : null },
      },
    }))
  await runRows(tx, 'rebuild/save-customers', rows)
  return { saved: saved.length, retired: retired.length, revived: revived.length }
}

async function evolution(tx: Transaction, { implied, stray }: CustomerRepair) {
  type Row = { id: CustomerId; version: number | null; former: number | null }
  const next = implied.map(({ customer }) => customer)
  const known = await tx.run<Row>('rebuild/read-versions', { ids: [...next, ...stray].map(({ id }) => id) })
  const heldBy = new Map(stray.map((customer) => [customer.id, customer]))
  const previous = known.flatMap(({ id, version, former }) => {
    if (version === null) return []
    const { anchor, held } = heldBy.get(id) ?? NOTHING
    // No digest equals it: whatever differs is written, though what the graph says of itself may be right.
    return { id, version: Math.max(version, former ?? 0), digest: '', anchor, members: held }
  })
  const formers = known.flatMap(({ id, former }) => (former === null ? [] : { id, version: former, ...NOTHING }))
  const { saved, retired, revived } = evolve(previous, formers, next)
  // An id is alive or former, never both: one that is both and is to be given up is former anew.
  const both = previous.map(({ id }) => id).filter((id) => formers.some((former) => former.id === id))
  return { saved, retired, revived: [...new Set([...revived, ...both])] }
}

const NOTHING: Pick<FormerCustomer, 'anchor' | 'held'> = { anchor: '' as IdentifierKey, held: [] }
