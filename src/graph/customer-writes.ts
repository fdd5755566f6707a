import type { Evolution, FormerCustomer, StoredCustomer } from '../identity/history.ts'
import { compareKeys } from '../identity/keys.ts'
import { canonicalJson } from '../identity/policy.ts'
import { tenuresText } from '../identity/recycled.ts'
import type { CustomerId, IdentifierKey, Millis } from '../identity/types.ts'
import { isoDay } from './codec.ts'
import type { Transaction } from './graph.ts'
import { runRows } from './rows.ts'
import { shownOfCustomer } from './shown-properties.ts'

export interface CustomerChanges extends Evolution {
  /** Every customer as it stands, of all that are saved or retired. */
  readonly previous: ReadonlyMap<CustomerId, StoredCustomer>
  readonly causeOf: (members: readonly IdentifierKey[]) => string
  readonly contested: ReadonlySet<CustomerId>
  readonly at: Millis
  /** Hash of the policy that produced them. */
  readonly policy: string
}

type Saved = CustomerChanges['saved'][number]

export async function saveCustomers(tx: Transaction, changes: CustomerChanges): Promise<void> {
  const rows = inOrder(changes).map((saved) => ({
    ...customerRow(saved, changes),
    ...membersMoved(changes.previous.get(saved.customer.id), saved.customer.members),
  }))
  const [standing, created] = [
    rows.filter(({ id }) => changes.previous.has(id)),
    rows.filter(({ id }) => !changes.previous.has(id)),
  ]
  const moves = (of: 'added' | 'removed') => standing.flatMap((row) => row[of].map((key) => ({ id: row.id, key })))
  // Sent in this order without waiting: members leave the customers that go or stay before they are drawn to others.
  await Promise.all([
    reviveCustomers(tx, changes.revived),
    retireCustomers(tx, changes),
    runRows(tx, 'identity/release-members', moves('removed')),
    runRows(
      tx,
      'identity/save-customers',
      standing.map(({ added: _, removed: __, ...row }) => row),
    ),
    runRows(tx, 'identity/save-members', moves('added')),
    runRows(
      tx,
      'identity/create-customers',
      created.map(({ removed: _, ...row }) => row),
    ),
  ])
}

function inOrder({ saved }: CustomerChanges): Saved[] {
  return saved.toSorted((a, b) => compareKeys(a.customer.id, b.customer.id))
}

function customerRow({ customer, version, digest }: Saved, changes: CustomerChanges) {
  return {
    id: customer.id,
    firstSeen: customer.firstSeen,
    lastSeen: isoDay(customer.lastSeen),
    changedAt: changes.at,
    properties: {
      ...shownOfCustomer(customer.golden),
      version,
      size: customer.members.length,
      anchor: customer.anchor,
      digest,
      golden: canonicalJson(customer.golden),
      provenance: canonicalJson(customer.provenance),
      tenures: tenuresText(customer.tenures),
      cause: changes.causeOf(customer.members),
      policy: changes.policy,
      ...(changes.contested.has(customer.id) ? { contested: true } : {}),
    },
  }
}

function membersMoved(before: StoredCustomer | undefined, members: readonly IdentifierKey[]) {
  if (before === undefined) return { added: [...members], removed: [] }
  const [old, now] = [new Set(before.members), new Set(members)]
  return {
    added: members.filter((key) => !old.has(key)),
    removed: before.members.filter((key) => !now.has(key)),
  }
}

/** Whether a refused link touches customers, of those about which nothing else changed. */
export async function saveContested(tx: Transaction, changes: ReadonlyMap<CustomerId, boolean>): Promise<void> {
  const rows = [...changes]
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([id, contested]) => ({ id, contested: contested ? true : null }))
  await runRows(tx, 'identity/save-contested', rows)
}

export async function retireCustomers(
  tx: Transaction,
  { retired, causeOf, at }: Pick<CustomerChanges, 'retired' | 'causeOf' | 'at'>,
): Promise<void> {
  const rows = retired
    .toSorted((a: FormerCustomer, b: FormerCustomer) => compareKeys(a.id, b.id))
    .map(({ id, version, anchor, held }) => ({
      ...{ id, version, anchor, held: [...held], cause: causeOf(held), until: at },
    }))
  await runRows(tx, 'identity/retire-customers', rows)
}

export async function reviveCustomers(tx: Transaction, ids: readonly CustomerId[]): Promise<void> {
  if (ids.length > 0) await tx.run('identity/revive-customers', { ids: ids.toSorted() })
}
