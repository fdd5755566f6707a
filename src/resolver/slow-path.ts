import { SelfsameError } from '../errors.ts'
import type { Transaction } from '../graph/graph.ts'
import { readRecordsAbout } from '../graph/record-reads.ts'
import { decisionSubject } from '../identity/evidence.ts'
import { decisionsInForce, type Facts, type Seen } from '../identity/facts.ts'
import type { CustomerGroup, HeldCustomer } from '../identity/join-customers.ts'
import { pairOf } from '../identity/keys.ts'
import { type Resolution, type Rules, resolveFacts } from '../identity/resolve.ts'
import type { Assertion, IdentifierKey, PairKey, Status } from '../identity/types.ts'
import type { Derived } from './derive.ts'
import type { Locks } from './locks.ts'
import { Walk, type WalkOptions } from './walk.ts'

export interface SlowPath {
  /** Of every identifier of the components that were resolved. */
  readonly derived: ReadonlyMap<IdentifierKey, Derived>
  readonly before: ReadonlyMap<IdentifierKey, Pick<Derived, 'status' | 'seen'>>
  readonly refusedBefore: { readonly observed: ReadonlySet<PairKey>; readonly scored: ReadonlySet<PairKey> }
  readonly previous: readonly HeldCustomer[]
  readonly resolution: Pick<Resolution, 'customers' | 'refused'>
  /** Every assertion about the components that is stored or decided now, withdrawn ones too. */
  readonly assertions: ReadonlyMap<string, Assertion>
  /** What was past the limits, and is left as it was. */
  readonly left: readonly CustomerGroup[]
  /** Identifiers of each component that was resolved. */
  readonly sizes: readonly number[]
}

const MAX_ROUNDS = 5

/**
 * Reads every component that these groups may change and resolves it anew. Where the walk meets customers that are not
 * held yet, they are locked and all is read again. Throws `graph_busy`, retriable, where that goes on.
 */
export async function takeSlowPath(
  tx: Transaction,
  groups: readonly CustomerGroup[],
  { locks, rules, ...options }: Omit<WalkOptions, 'policy'> & { readonly locks: Locks; readonly rules: Rules },
): Promise<SlowPath> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const walk = new Walk(tx, { ...options, policy: rules.policy })
    await walk.from(new Set(groups.flatMap(({ keys, customers }) => [...keys, ...customers.flatMap((c) => c.members)])))
    const previous = [...walk.customers.values()].filter(({ members: [first] }) => first && !walk.sizes.isOver(first))
    if (await locks.takeCustomers(previous.map(({ id }) => id))) continue
    return await resolveWalked(tx, groups, { walk, previous, options, rules })
  }
  throw new SelfsameError('graph_busy', 'the component changed again and again', { retriable: true })
}

interface Walked {
  readonly walk: Walk
  readonly previous: readonly HeldCustomer[]
  readonly options: Pick<WalkOptions, 'touched' | 'overrides'>
  readonly rules: Rules
}

async function resolveWalked(
  tx: Transaction,
  groups: readonly CustomerGroup[],
  { walk, previous, options, rules }: Walked,
): Promise<SlowPath> {
  const { sizes } = walk
  const derived = new Map([...walk.derived].filter(([key]) => !sizes.isOver(key)))
  const statuses = new Map<IdentifierKey, Status>([...derived].map(([key, { status }]) => [key, status]))
  const identifiers = new Map<IdentifierKey, Seen>()
  for (const [key, { seen }] of derived) if (seen !== undefined) identifiers.set(key, seen)
  const facts: Facts = {
    identifiers,
    observed: walk.observed,
    records: await recordsAbout(tx, statuses, { walk, options }),
    assertions: decisionsInForce(walk.assertions.values()).assertions,
    overrides: new Map(options.overrides),
  }
  // What is left as it was keeps its flags: only what people have just decided is drawn there.
  const isLeft = (a: IdentifierKey, b: IdentifierKey) => sizes.isOver(a) || sizes.isOver(b)
  const resolved = (pairs: ReadonlySet<PairKey>) => new Set([...pairs].filter((pair) => !isLeft(...pairOf(pair))))
  const justDecided = new Set(options.touched.decided.map(decisionSubject))
  const assertions = [...walk.assertions].filter(([subject, { a, b }]) => justDecided.has(subject) || !isLeft(a, b))
  return {
    ...{ derived, previous, before: walk.before, assertions: new Map(assertions) },
    refusedBefore: { observed: resolved(walk.refused.observed), scored: resolved(walk.refused.scored) },
    resolution: resolveFacts(facts, [...walk.scored.values()], statuses, rules),
    left: groups.filter(({ keys }) => keys.some((key) => sizes.isOver(key))),
    sizes: sizes.within(),
  }
}

async function recordsAbout(
  tx: Transaction,
  statuses: ReadonlyMap<IdentifierKey, Status>,
  { walk, options: { touched } }: Pick<Walked, 'walk' | 'options'>,
): Promise<Facts['records']> {
  const stored = [...statuses].filter(([key, status]) => status === 'linking' && walk.before.has(key))
  const about = await readRecordsAbout(tx, new Set(stored.map(([key]) => key)))
  const records = new Map(about.map((record) => [record.key, record]))
  for (const [key, { current }] of touched.records) {
    if (current === undefined) records.delete(key)
    else if (statuses.get(current.account) === 'linking') records.set(key, current)
  }
  return records
}
