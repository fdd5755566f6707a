import type { Transaction } from '../graph/graph.ts'
import { readAssertions } from '../graph/identity-reads.ts'
import { decisionsInForce } from '../identity/facts.ts'
import { type CustomerGroup, type Growth, type Joined, joinCustomers } from '../identity/join-customers.ts'
import { pairOf } from '../identity/keys.ts'
import type { Rules } from '../identity/resolve.ts'
import type { Assertion, IdentifierKey, PairKey } from '../identity/types.ts'
import type { Derived } from './derive.ts'
import type { News } from './news.ts'
import type { Touched } from './touched.ts'

export interface FastPath {
  readonly joined: readonly Joined[]
  /** Groups that only the slow path can tell. */
  readonly slow: readonly CustomerGroup[]
  /** Groups left as they are, being part of what was left before. */
  readonly unresolved: readonly CustomerGroup[]
}

/** Decides, group by group of customers that the batch joins, what can be told without looking at their links. */
export async function takeFastPath(
  tx: Transaction,
  touched: Touched,
  news: News,
  derived: ReadonlyMap<IdentifierKey, Derived>,
  rules: Rules,
): Promise<FastPath> {
  const assertions = await assertionsAbout(tx, touched, derived.keys())
  const growth = growthOf(touched, news, derived, assertions)
  const { joined, slow } = joinCustomers(growth, rules)
  const isLeft = ({ keys, customers }: CustomerGroup) =>
    customers.some((customer) => customer.unresolved) ||
    keys.some((key) => touched.before.identifiers.get(key)?.unresolved === true)
  const alone = [...growth.slow]
    .filter((key) => !growth.linking.has(key))
    .map((key) => ({ keys: [key], customers: [] }))
  const { left = [], open = [] } = Object.groupBy([...slow, ...alone], (group) => (isLeft(group) ? 'left' : 'open'))
  return { joined, slow: open, unresolved: left }
}

function growthOf(
  touched: Touched,
  news: News,
  derived: ReadonlyMap<IdentifierKey, Derived>,
  assertions: ReadonlyMap<PairKey, Assertion>,
): Growth {
  const { before, records } = touched
  const linked = (key: IdentifierKey) => before.identifiers.get(key)?.status === 'linking'
  const linking = new Map(
    [...derived].flatMap(([key, { status, seen }]) => {
      const known = seen ?? before.identifiers.get(key)?.seen
      if (known === undefined || (status !== 'linking' && !linked(key))) return []
      return [[key, { seen: known, customer: before.identifiers.get(key)?.customer }] as const]
    }),
  )
  const current = [...news.records].map((key) => records.get(key)?.current).filter((record) => record !== undefined)
  return {
    linking,
    links: newLinks(touched, linking),
    records: current,
    changed: new Set(current.map(({ key }) => key).filter((key) => before.records.get(key)?.known === true)),
    slow: slowKeys(touched, news, derived, assertions),
    customers: before.customers,
    assertions,
  }
}

/** Pairs that join what nothing joined before. */
function newLinks({ before, observed }: Touched, linking: ReadonlyMap<IdentifierKey, unknown>): PairKey[] {
  return [...observed].flatMap(([pair, seen]) => {
    const isNew = seen !== undefined && before.observed.get(pair)?.seen === undefined
    return isNew && pairOf(pair).every((key) => linking.has(key)) ? [pair] : []
  })
}

/** The identifiers about which more is new than that something was added. */
function slowKeys(
  touched: Touched,
  news: News,
  derived: ReadonlyMap<IdentifierKey, Derived>,
  assertions: ReadonlyMap<PairKey, Assertion>,
): Set<IdentifierKey> {
  const { before } = touched
  const slow = new Set<IdentifierKey>([...news.weakened, ...news.decided])
  for (const [key, { status }] of derived) {
    const stored = before.identifiers.get(key)
    // A linking identifier stops linking. (One that begins to is one more, unless somebody decided about it.)
    if (stored?.status === 'linking' && status !== 'linking') slow.add(key)
    // It should have a customer: what was left unresolved, or another policy than the one that it was stored under.
    if (stored?.status === 'linking' && stored.customer === undefined) slow.add(key)
  }
  // A decision waits for an identifier until it links.
  for (const { a, b } of assertions.values()) {
    for (const key of [a, b]) if (derived.has(key) && before.identifiers.get(key)?.status !== 'linking') slow.add(key)
  }
  for (const [pair, seen] of touched.observed) {
    const known = before.observed.get(pair)
    // A refused link that is earlier now may be the one that is followed.
    if (known?.refused !== true || known.seen?.firstSeen === seen?.firstSeen) continue
    for (const key of pairOf(pair)) slow.add(key)
  }
  return slow
}

/** The assertions in force that name what the batch reaches: its identifiers and the members of their customers. */
async function assertionsAbout(
  tx: Transaction,
  { before }: Touched,
  keys: Iterable<IdentifierKey>,
): Promise<ReadonlyMap<PairKey, Assertion>> {
  if (!before.decided.anyAssertion) return new Map()
  const members = [...before.customers.values()].flatMap((customer) => customer.members)
  return decisionsInForce(await readAssertions(tx, new Set([...keys, ...members]))).assertions
}
