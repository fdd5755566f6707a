import { compareKeys } from './keys.ts'
import type { CustomerId, IdentifierKey } from './types.ts'

/** A customer, as far as customers are compared. */
export interface Membership {
  readonly id: CustomerId
  /** In any order, each once; no identifier is of two customers. */
  readonly members: readonly IdentifierKey[]
}

/** A customer that is another one afterwards. */
export interface CustomerChange {
  readonly id: CustomerId
  /** Sorted; empty where the id was not in use. */
  readonly before: readonly IdentifierKey[]
  /** Sorted; empty where the id is not in use any more. */
  readonly after: readonly IdentifierKey[]
  /** The other customers that its identifiers of before belong to afterwards, sorted. */
  readonly into: readonly CustomerId[]
}

/**
 * Each customer that differs is of exactly one sort:
 * - `created`: its id was not in use;
 * - `split`: what it had belongs to several customers, whether or not it is one of them;
 * - `changed`: its id stays, with other identifiers, and it is not split;
 * - `absorbed`: its id was given up, and whatever it had that is still a customer's is one other customer's;
 * - `dissolved`: its id was given up, and nothing it had is a customer's any more.
 */
export const changeSorts = ['created', 'changed', 'split', 'absorbed', 'dissolved'] as const
export type ChangeSort = (typeof changeSorts)[number]

/** In the order of their ids. */
export type CustomerDifference = Readonly<Record<ChangeSort, readonly CustomerChange[]>>

/**
 * What became of customers. Those that stayed as they were may be left out on both sides: they took nothing from the
 * others. Indifferent to order.
 */
export function customerDifference(before: readonly Membership[], after: readonly Membership[]): CustomerDifference {
  const [was, is] = [membersById(before), membersById(after)]
  const ownerOf = new Map(after.flatMap(({ id, members }) => members.map((key) => [key, id] as const)))
  const difference = { created: [], changed: [], split: [], absorbed: [], dissolved: [] } as Record<
    ChangeSort,
    CustomerChange[]
  >
  for (const id of [...new Set([...was.keys(), ...is.keys()])].sort(compareKeys)) {
    const [old, now] = [was.get(id), is.get(id)]
    const owners = new Set((old ?? []).flatMap((key) => ownerOf.get(key) ?? []))
    const sort = sortOf(old, now, owners)
    if (sort === undefined) continue
    const into = [...owners].filter((owner) => owner !== id).sort(compareKeys)
    difference[sort].push({ id, before: old ?? [], after: now ?? [], into })
  }
  return difference
}

type Members = readonly IdentifierKey[] | undefined

function sortOf(old: Members, now: Members, owners: ReadonlySet<CustomerId>): ChangeSort | undefined {
  if (old === undefined) return 'created'
  if (owners.size > 1) return 'split'
  if (now !== undefined) return areSame(old, now) ? undefined : 'changed'
  return owners.size === 0 ? 'dissolved' : 'absorbed'
}

function membersById(customers: readonly Membership[]): Map<CustomerId, IdentifierKey[]> {
  return new Map(customers.map(({ id, members }) => [id, members.toSorted(compareKeys)]))
}

function areSame(old: readonly IdentifierKey[], now: readonly IdentifierKey[]): boolean {
  return old.length === now.length && old.every((key, index) => key === now[index])
}
