import { type Constraints, decidedApart, type Group, groupOf, notSamePartners, overCapacity } from './cannot-link.ts'
import type { CurrentRecord, Seen } from './facts.ts'
import { createKeyForest } from './forest.ts'
import type { StoredCustomer } from './history.ts'
import { compareKeys, identifierOf, pairOf } from './keys.ts'
import type { Tenure } from './recycled.ts'
import { customerOf, type ResolvedCustomer, type Rules } from './resolve.ts'
import type { Assertion, CustomerId, IdentifierKey, PairKey, RecordKey } from './types.ts'

/** A customer as it was last committed, whole. */
export interface HeldCustomer extends StoredCustomer {
  readonly seen: ReadonlyMap<IdentifierKey, Seen>
  readonly records: readonly CurrentRecord[]
  /** Whether a refused link touches it. */
  readonly contested: boolean
  /** See `ResolvedCustomer`. */
  readonly tenures: readonly Tenure[]
  /** Whether it is left as it was, its component being too large. */
  readonly unresolved: boolean
}

/** What a batch adds, as far as it only adds. */
export interface Growth {
  /** Identifiers that link and of which anything is new, as they are now; each with its customer, if it has one. */
  readonly linking: ReadonlyMap<IdentifierKey, { readonly seen: Seen; readonly customer: CustomerId | undefined }>
  /** Pairs of them that nothing joined before. */
  readonly links: readonly PairKey[]
  /** Records that are new or say something else now. */
  readonly records: readonly CurrentRecord[]
  /** Identifiers about which more is new than growth: what they join takes the slow path. */
  readonly slow: ReadonlySet<IdentifierKey>
  readonly customers: ReadonlyMap<CustomerId, HeldCustomer>
  /** Those in force that name a member of these customers. */
  readonly assertions: ReadonlyMap<PairKey, Assertion>
}

/** Customers that become one by the links of the batch, taken whole. */
export interface Joined {
  readonly previous: readonly HeldCustomer[]
  readonly next: ResolvedCustomer
  readonly contested: boolean
}

export interface JoinResult {
  readonly joined: readonly Joined[]
  /** What must be resolved anew. */
  readonly slow: readonly CustomerGroup[]
}

/** Identifiers of the batch with the customers that they and the new links join. */
export interface CustomerGroup {
  readonly keys: readonly IdentifierKey[]
  readonly customers: readonly HeldCustomer[]
}

/**
 * The fast path: what `resolve` would answer of customers that only grow, without looking at their links. Where a
 * group of customers that new links join breaks no constraint taken whole, Kruskal refuses nothing in any order, and
 * what was refused stays so: whoever stood between two customers stands between what they grew into.
 */
export function joinCustomers(growth: Growth, rules: Rules): JoinResult {
  const notSame = notSamePartners(growth.assertions)
  const joined: Joined[] = []
  const slow: CustomerGroup[] = []
  const told = Map.groupBy(growth.records, ({ account }) => account)
  const same = [...growth.assertions.values()].filter(({ verdict }) => verdict === 'same')
  for (const { keys, customers } of groupsOf(growth)) {
    const seen = seenIn(keys, customers, growth)
    const records = recordsIn(seen, customers, told)
    const group = groupOf([...seen.keys()], (account) => records.get(account) ?? [], notSame)
    const contested = customers.some((customer) => customer.contested)
    // What a record no longer contradicts may let in what was refused; whom it contradicts now may end a period.
    const isTold = contested && group.records.some(({ account }) => told.has(account))
    const gainsHolder = contested && growth.links.some((pair) => seen.has(pairOf(pair)[0]) && changesHands(pair, rules))
    const more = isTold || gainsHolder || customers.some(isSlow) || keys.some((key) => growth.slow.has(key))
    const isSettled = settledIn(seen, customers, { told, same })
    if (more || breaksConstraint(group, seen, isSettled, { ...rules, notSame })) slow.push({ keys, customers })
    else joined.push({ previous: customers, next: customerOf(seen, group.records, rules), contested })
  }
  return { joined, slow }
}

/** Whether no batch may simply add to it. */
function isSlow({ unresolved, tenures }: HeldCustomer): boolean {
  return unresolved || tenures.length > 0
}

function changesHands(pair: PairKey, { policy }: Rules): boolean {
  return pairOf(pair).some((key) => policy.kinds[identifierOf(key).kind]?.changesHands === true)
}

/** Whether a customer of all of them would hold what a cannot-link keeps apart; a SAME_AS excuses nothing here. */
function breaksConstraint(
  group: Group,
  members: ReadonlyMap<IdentifierKey, Seen>,
  isSettled: (a: CurrentRecord, b: CurrentRecord) => boolean,
  { policy, matching, notSame }: Rules & Pick<Constraints, 'notSame'>,
): boolean {
  const { contradicts } = matching
  const constraints = { policy, notSame, contradicts }
  if (overCapacity(group, policy).next().done !== true) return true
  if (decidedApart(group, (key) => members.has(key), constraints).next().done !== true) return true
  return group.records.some((a, index) =>
    group.records.slice(index + 1).some((b) => a.account !== b.account && !isSettled(a, b) && contradicts(a, b)),
  )
}

/**
 * Whether two records say what they said in a customer that held both: then they do not contradict, and most need not be
 * compared. Where a SAME_AS may have joined them in spite of it, nothing is settled.
 */
function settledIn(
  members: ReadonlyMap<IdentifierKey, Seen>,
  customers: readonly HeldCustomer[],
  {
    told,
    same,
  }: { readonly told: ReadonlyMap<IdentifierKey, readonly CurrentRecord[]>; readonly same: readonly Assertion[] },
): (a: CurrentRecord, b: CurrentRecord) => boolean {
  if (same.some(({ a, b }) => members.has(a) && members.has(b))) return () => false
  const customerOf = new Map<RecordKey, CustomerId>()
  for (const { id, records } of customers) {
    for (const { key, account } of records) {
      if (told.get(account)?.some((record) => record.key === key) !== true) customerOf.set(key, id)
    }
  }
  return (a, b) => {
    const customer = customerOf.get(a.key)
    return customer !== undefined && customer === customerOf.get(b.key)
  }
}

function groupsOf({ linking, links, customers }: Growth): CustomerGroup[] {
  const { rootOf, unite } = createKeyForest<string>()
  for (const [key, { customer }] of linking) if (customer !== undefined) unite(key, customer)
  for (const pair of links) unite(...pairOf(pair))
  const groups = new Map<string, { keys: IdentifierKey[]; customers: HeldCustomer[] }>()
  const groupAt = (node: string) => {
    const root = rootOf(node)
    let group = groups.get(root)
    if (group === undefined) {
      group = { keys: [], customers: [] }
      groups.set(root, group)
    }
    return group
  }
  for (const key of linking.keys()) groupAt(key).keys.push(key)
  for (const customer of customers.values()) groupAt(customer.id).customers.push(customer)
  return [...groups.values()].filter(({ keys }) => keys.length > 0)
}

/** Every member, in the order of the keys. */
function seenIn(keys: readonly IdentifierKey[], customers: readonly HeldCustomer[], { linking }: Growth) {
  const seen = new Map<IdentifierKey, Seen>()
  for (const customer of customers) for (const [key, known] of customer.seen) seen.set(key, known)
  for (const key of keys) {
    const now = linking.get(key)
    if (now !== undefined) seen.set(key, now.seen)
  }
  return new Map([...seen].sort(([a], [b]) => compareKeys(a, b)))
}

/** The records about each member, as they are now, in the order of their keys. */
function recordsIn(
  members: ReadonlyMap<IdentifierKey, Seen>,
  customers: readonly HeldCustomer[],
  told: ReadonlyMap<IdentifierKey, readonly CurrentRecord[]>,
): Map<IdentifierKey, CurrentRecord[]> {
  const records = new Map<RecordKey, CurrentRecord>()
  for (const customer of customers) for (const record of customer.records) records.set(record.key, record)
  for (const account of members.keys()) for (const record of told.get(account) ?? []) records.set(record.key, record)
  const sorted = [...records.values()].sort((a, b) => compareKeys(a.key, b.key))
  return Map.groupBy(sorted, ({ account }) => account)
}
