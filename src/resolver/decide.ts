import type { Transaction } from '../graph/graph.ts'
import { readFormers } from '../graph/identity-reads.ts'
import { type Evolution, evolve } from '../identity/history.ts'
import type { HeldCustomer, Joined } from '../identity/join-customers.ts'
import { pairOf } from '../identity/keys.ts'
import type { Resolution, Rules } from '../identity/resolve.ts'
import type { Assertion, CustomerId, IdentifierKey } from '../identity/types.ts'
import type { WalkLimits } from './component-sizes.ts'
import { type Derived, none } from './derive.ts'
import { takeFastPath } from './fast-path.ts'
import type { Locks } from './locks.ts'
import type { News } from './news.ts'
import type { Rescored } from './rescore.ts'
import { type SlowPath, takeSlowPath } from './slow-path.ts'
import type { Touched } from './touched.ts'

/** What follows from a batch, beside what was stored of it; nothing of it is written yet. */
export interface Decided {
  readonly derived: ReadonlyMap<IdentifierKey, Derived>
  /** Of identifiers that were read beside the batch's own. */
  readonly before: SlowPath['before']
  readonly evolution: Evolution
  readonly previous: ReadonlyMap<CustomerId, HeldCustomer>
  /** Customers that a refused link touches. */
  readonly contested: ReadonlySet<CustomerId>
  /** The customers as they are now. */
  readonly next: readonly CustomerId[]
  /** `before`: of the components that took the slow path. */
  readonly refused: { readonly before: SlowPath['refusedBefore']; readonly now: Resolution['refused'] }
  readonly assertions: ReadonlyMap<string, Assertion>
  readonly unresolved: {
    readonly identifiers: ReadonlySet<IdentifierKey>
    readonly customers: ReadonlySet<CustomerId>
    readonly components: number
  }
  /** Identifiers of each component that took the slow path. */
  readonly slowSizes: readonly number[]
}

export interface Deciding {
  readonly touched: Touched
  readonly news: News
  /** See `deriveGrown`. */
  readonly grown: ReadonlyMap<IdentifierKey, Derived>
  readonly overrides: ReadonlyMap<IdentifierKey, 'block' | 'allow'>
  readonly rescored: Rescored
  readonly locks: Locks
  readonly rules: Rules
  readonly limits: WalkLimits
}

/** Takes the fast path where it holds, the slow path for the rest, and leaves what is past its limits. */
export async function decide(tx: Transaction, deciding: Deciding): Promise<Decided> {
  const { touched, news, grown, rescored, rules } = deciding
  const fast = await takeFastPath(tx, { touched, news, grown, rescored }, rules)
  const slow = fast.slow.length === 0 ? nothingSlow : await takeSlowPath(tx, fast.slow, deciding)
  // What the slow path met is resolved there, whoever led to it.
  const joined = fast.joined.filter(({ next: { anchor } }) => !slow.derived.has(anchor))
  const left = [...fast.unresolved, ...slow.left]
  const previous = [...joined.flatMap((each) => each.previous), ...slow.previous]
  const customers = [...joined.map(({ next }) => next), ...slow.resolution.customers]
  const derived = new Map([...grown, ...slow.derived])
  const identifiers = new Set<IdentifierKey>()
  for (const key of left.flatMap(({ keys }) => keys)) {
    const now = leftAsItWas(key, deciding)
    derived.set(key, now)
    if (now.status === 'linking' && touched.before.identifiers.get(key)?.customer === undefined) identifiers.add(key)
  }
  const existed = (key: IdentifierKey) => touched.before.identifiers.has(key) || slow.before.has(key)
  // What never was cannot have been given up.
  const ids = customers.filter(({ anchor }) => existed(anchor)).map(({ id }) => id)
  const alive = new Set(previous.map(({ id }) => id))
  const formers = await readFormers(
    tx,
    ids.filter((id) => !alive.has(id)),
  )
  return {
    ...{ derived, before: slow.before, assertions: slow.assertions, slowSizes: slow.sizes },
    evolution: evolve(previous, formers, customers),
    previous: new Map(previous.map((customer) => [customer.id, customer])),
    contested: new Set([...contestedIn(joined), ...contestedBy(slow.resolution)]),
    next: customers.map(({ id }) => id),
    refused: { before: slow.refusedBefore, now: slow.resolution.refused },
    unresolved: {
      identifiers,
      customers: new Set(left.flatMap((group) => group.customers.map(({ id }) => id))),
      components: left.length,
    },
  }
}

const nothingSlow: SlowPath = {
  ...{ derived: new Map(), before: new Map(), previous: [] },
  refusedBefore: { observed: new Set(), scored: new Set() },
  resolution: { customers: [], refused: { observed: new Set(), scored: new Set(), asserted: new Set() } },
  ...{ assertions: new Map(), left: [], sizes: [] },
}

/** The status it had; what the evidence alone says is brought up to date all the same. */
function leftAsItWas(key: IdentifierKey, { touched, grown }: Deciding): Derived {
  const stored = touched.before.identifiers.get(key)
  const now = grown.get(key)
  const status = stored?.status ?? now?.status ?? 'unsupported'
  return {
    status,
    seen: now?.seen ?? stored?.seen,
    neighbours: status === 'linking' ? (now?.neighbours ?? stored?.neighbours ?? none) : none,
  }
}

function contestedIn(joined: readonly Joined[]): CustomerId[] {
  return joined.filter(({ contested }) => contested).map(({ next }) => next.id)
}

function contestedBy({ customers, refused }: Pick<Resolution, 'customers' | 'refused'>): CustomerId[] {
  const ends = new Set([...refused.observed, ...refused.scored, ...refused.asserted].flatMap((pair) => pairOf(pair)))
  return customers.filter(({ members }) => members.some((key) => ends.has(key))).map(({ id }) => id)
}
