import { SelfsameError } from '../errors.ts'
import type { Graph, Transaction } from '../graph/graph.ts'
import {
  readAssertions,
  readCustomers,
  readIdentifiers,
  readNeighbourhood,
  readObserved,
} from '../graph/identity-reads.ts'
import { readRecordsAbout } from '../graph/record-reads.ts'
import { readScores } from '../graph/scoring-reads.ts'
import { type CannotLink, cannotLinks, groupOf, notSamePartners } from '../identity/cannot-link.ts'
import { dayOf, parseSupport, type Supports } from '../identity/evidence.ts'
import { type CurrentRecord, decisionsInForce, type Seen } from '../identity/facts.ts'
import type { HeldCustomer } from '../identity/join-customers.ts'
import { identifierOf, pairOf } from '../identity/keys.ts'
import { type Link, linksInOrder, type ScoredLink } from '../identity/links.ts'
import type { Policy } from '../identity/policy.ts'
import type { Assertion, CustomerId, Day, IdentifierKey, Kind, Millis, PairKey, Status } from '../identity/types.ts'
import { createMatching } from '../matching/matching.ts'
import type { Model } from '../matching/model.ts'
import { type ComparedRecords, mostAlike } from './most-alike.ts'
import { minimumCut, type Side, strongestPath } from './paths.ts'

/** Why two identifiers are one customer's. */
export interface Together {
  readonly together: true
  readonly customer: CustomerId
  /** From the one to the other; its weakest link is as strong as that of any path. Empty where both are one. */
  readonly path: readonly ExplainedLink[]
  readonly weakest: ExplainedLink | undefined
  /** The fewest links without which they would not be joined: what would have to be wrong for them to be two people. */
  readonly cut: readonly ExplainedLink[]
  /** How many links path and cut have; where they are many, fewer are explained, see `most`. */
  readonly lengths: { readonly path: number; readonly cut: number }
}

/** Why they are not. */
export interface Apart {
  readonly together: false
  readonly ends: readonly [End, End]
  /** Links between their customers that were refused. */
  readonly refused: readonly ExplainedLink[]
  /** Links between them that wait for a rebuild: what they belong to was too large to be resolved, and left as it was. */
  readonly undecided: readonly ExplainedLink[]
  /** How many links there are between them, those included that are not explained, see `most`. */
  readonly linksBetween: number
  /** What stands between their customers; empty where nothing does: then no link joins them. */
  readonly between: readonly ExplainedObstacle[]
  /** The two records of theirs that are most alike, however little; undefined where one side has none. */
  readonly alike: ComparedRecords | undefined
}

export interface End {
  readonly key: IdentifierKey
  readonly status: Status
  readonly customer: CustomerId | undefined
  /** Left as it was until a rebuild: it links, and has no customer yet, or one that is not right. */
  readonly unresolved: boolean
  /** Of a shared one: the kind of which it has more neighbours than its own kind may have. */
  readonly shared: { readonly kind: Kind; readonly neighbours: number; readonly limit: number } | undefined
}

export interface ExplainedLink extends Pick<Link, 'type' | 'a' | 'b' | 'probability'> {
  /** When its identifiers were first seen together, or a person decided; undefined of scored ones. */
  readonly since: Millis | undefined
  /** Who saw them together, or who decided. */
  readonly sources: readonly string[]
  /** Of scored ones: the records that are most alike. */
  readonly records: ComparedRecords | undefined
}

/** An identifier of the one that was the other's until that day: links of that time are not followed to it. */
interface ChangedHands {
  readonly type: 'changed_hands'
  readonly key: IdentifierKey
  readonly until: Day
}

/** Of a contradiction with the comparison of both records. */
export type ExplainedObstacle = (CannotLink | ChangedHands) & { readonly records?: ComparedRecords }

export interface WhyOptions {
  readonly graph: Graph
  readonly policy: Policy
  /** See `modelInForce`: read once by who asks about many. */
  readonly model: Model
  /** Links and obstacles of a sort that are explained, at most. Default all. */
  readonly most?: number
}

/**
 * Why two identifiers are one customer's, or why they are not. Either may stand for several of one customer: then the path
 * and the cut are those between any of them. Throws `unknown_identifier` where one was never observed, and `changing`
 * where the graph changes faster than it is read.
 */
export async function why(
  a: IdentifierKey | Side,
  b: IdentifierKey | Side,
  { graph, policy, model, most = Number.MAX_SAFE_INTEGER }: WhyOptions,
): Promise<Together | Apart> {
  const [ones, others] = [a, b].map((side): Side => (typeof side === 'string' ? [side] : side)) as [Side, Side]
  const tx: Transaction = { run: graph.read }
  const places = await readPlaced(tx, [ones[0], others[0]], policy)
  const ids = new Set(places.flatMap(({ customer }) => customer ?? []))
  const customers = await readCustomers(tx, ids)
  if (customers.size < ids.size) {
    throw new SelfsameError('changing', 'the customers changed while they were read', {
      retriable: true,
      remedy: 'ask again',
    })
  }
  const ends = places.map((end) => unresolvedWith(end, customers)) as [End, End]
  const [one, other] = ends
  const world = await readWorld(tx, ends, { customers, policy, model })
  if (one.customer !== undefined && one.customer === other.customer) {
    const path = strongestPath(world.accepted, ones, others) ?? []
    const weakest = path.toSorted((x, y) => world.accepted.indexOf(y) - world.accepted.indexOf(x))[0]
    const explain = explainer(tx, world)
    const cut = minimumCut(world.accepted, ones, others)
    return {
      ...{ together: true, customer: one.customer },
      path: await Promise.all(path.slice(0, most).map(explain)),
      weakest: weakest && (await explain(weakest)),
      cut: await Promise.all(cut.slice(0, most).map(explain)),
      lengths: { path: path.length, cut: cut.length },
    }
  }
  const between = await Promise.all(world.between.slice(0, most).map(explainer(tx, world)))
  const isUndecided = ends.some(({ unresolved }) => unresolved)
  return {
    ...{ together: false, ends },
    ...{ refused: isUndecided ? [] : between, undecided: isUndecided ? between : [] },
    linksBetween: world.between.length,
    between: await obstaclesBetween(one, other, world, most),
    alike: await alikeAcross(tx, [one, other], world),
  }
}

/** What is known of the customers of both, as the resolver sees it. */
interface Known {
  readonly customers: ReadonlyMap<CustomerId, HeldCustomer>
  readonly records: readonly CurrentRecord[]
  readonly assertions: ReadonlyMap<PairKey, Assertion>
  readonly observed: ReadonlyMap<PairKey, Seen>
  /** Links within one customer, in the order in which they are followed. */
  readonly accepted: readonly Link[]
  /** Links from one of the customers to the other, or to an end that has none yet. */
  readonly between: readonly Link[]
  readonly policy: Policy
  readonly model: Model
}

async function readWorld(
  tx: Transaction,
  ends: readonly End[],
  { customers, policy, model }: Pick<Known, 'customers' | 'policy' | 'model'>,
): Promise<Known> {
  const customerOf = new Map(
    [...customers.values()].flatMap(({ id, members }) => members.map((key) => [key, id] as const)),
  )
  const waiting = ends.filter(({ customer, status }) => customer === undefined && status === 'linking')
  const members = [...customerOf.keys(), ...waiting.map(({ key }) => key)]
  const [neighbours, scores, decisions] = await Promise.all([
    readNeighbourhood(tx, members),
    readScores(tx, members),
    readAssertions(tx, members),
  ])
  const observed = new Map<PairKey, Seen>(neighbours.map(({ pair, seen }) => [pair, seen]))
  const { assertions } = decisionsInForce(decisions)
  const statuses = new Map<IdentifierKey, Status>(members.map((key) => [key, 'linking']))
  const scored: ScoredLink[] = [...scores.values()]
  const links = linksInOrder({ observed, assertions }, scored, statuses, policy).filter(
    (link) => link.type !== 'observed' || !isOver(link.pair, observed.get(link.pair), customerOf, customers),
  )
  const isAccepted = ({ a, b }: Link) => customerOf.has(a) && customerOf.get(a) === customerOf.get(b)
  return {
    ...{ customers, assertions, observed, policy, model },
    records: [...customers.values()].flatMap(({ records }) => records),
    accepted: links.filter(isAccepted),
    between: links.filter((link) => !isAccepted(link)),
  }
}

/** Whether a link is of a period in which one end was somebody else's than its customer's of today. */
function isOver(
  pair: PairKey,
  seen: Seen | undefined,
  customerOf: ReadonlyMap<IdentifierKey, CustomerId>,
  customers: Known['customers'],
): boolean {
  return pairOf(pair).some((key) => {
    const tenures = customers.get(customerOf.get(key) ?? ('' as CustomerId))?.tenures
    const present = tenures?.find((tenure) => tenure.key === key && tenure.until === undefined)
    return seen !== undefined && dayOf(seen.firstSeen) < (present?.since ?? Number.NEGATIVE_INFINITY)
  })
}

/** A customer that is left as it was is so with all its members, those too that are not marked themselves. */
function unresolvedWith(end: End, customers: ReadonlyMap<CustomerId, HeldCustomer>): End {
  const customer = end.customer && customers.get(end.customer)
  return { ...end, unresolved: end.unresolved || customer?.unresolved === true }
}

async function readPlaced(
  tx: Transaction,
  keys: readonly [IdentifierKey, IdentifierKey],
  policy: Policy,
): Promise<[End, End]> {
  const stored = await readIdentifiers(tx, keys)
  const endOf = async (key: IdentifierKey): Promise<End> => {
    const place = stored.get(key)
    if (place === undefined) {
      throw new SelfsameError('unknown_identifier', 'one of the identifiers was never observed', {
        remedy: 'look how it is written',
      })
    }
    const { status, customer, unresolved } = place
    return {
      key,
      status,
      customer,
      unresolved,
      shared: status === 'shared' ? await sharedBy(tx, key, policy) : undefined,
    }
  }
  return [await endOf(keys[0]), await endOf(keys[1])]
}

export async function sharedBy(tx: Transaction, key: IdentifierKey, policy: Policy): Promise<End['shared']> {
  const limits = policy.kinds[identifierOf(key).kind]?.sharedAbove ?? {}
  const rows = await tx.run<{ kind: Kind; neighbours: number }>('read/neighbour-kinds', { key })
  const over = rows.find(({ kind, neighbours }) => neighbours > (limits[kind] ?? Number.POSITIVE_INFINITY))
  return over && { ...over, limit: limits[over.kind] ?? 0 }
}

/** What keeps their customers apart. */
async function obstaclesBetween(one: End, other: End, known: Known, most: number): Promise<ExplainedObstacle[]> {
  const [x, y] = [one, other].map(({ customer }) => customer && known.customers.get(customer))
  if (!x || !y) return []
  const { policy, model } = known
  const notSame = notSamePartners(known.assertions)
  const recordsOf = (account: IdentifierKey) => known.records.filter((record) => record.account === account)
  const groups = [x, y].map(({ members }) => groupOf(members, recordsOf, notSame)) as [Group, Group]
  const constraints = { policy, notSame, contradicts: createMatching(model, policy).contradicts }
  const obstacles = [
    ...cannotLinks(...groups, (key) => y.members.includes(key), constraints).take(most),
    ...[...changedHands(x, y), ...changedHands(y, x)],
  ]
  return Promise.all(
    obstacles.map(async (obstacle) => {
      if (obstacle.type !== 'contradiction') return obstacle
      const [a, b] = [obstacle.a, obstacle.b].map((key) => known.records.filter((record) => record.key === key))
      const records = await mostAlike(a ?? [], b ?? [], known)
      return records === undefined ? obstacle : { ...obstacle, records }
    }),
  )
}

type Group = ReturnType<typeof groupOf>

/** What the one had and the other has now. */
function changedHands(former: HeldCustomer, present: HeldCustomer): ChangedHands[] {
  return former.tenures.flatMap(({ key, until }) => {
    const isTheirs = until !== undefined && present.members.includes(key)
    return isTheirs ? [{ type: 'changed_hands', key, until }] : []
  })
}

/** The pair of records that is most alike, of all that are about either end or its customer. */
async function alikeAcross(
  tx: Transaction,
  ends: readonly [End, End],
  known: Known,
): Promise<ComparedRecords | undefined> {
  const [ones, others] = await Promise.all(
    ends.map(
      async ({ key, customer }) =>
        known.customers.get(customer ?? ('' as CustomerId))?.records ?? readRecordsAbout(tx, [key]),
    ),
  )
  return mostAlike(ones ?? [], others ?? [], known)
}

function explainer(tx: Transaction, known: Known): (link: Link) => Promise<ExplainedLink> {
  return async ({ type, pair, a, b, probability }) => {
    const plain = { type, a, b, probability, since: undefined, sources: [], records: undefined }
    switch (type) {
      case 'same_as': {
        const decided = known.assertions.get(pair)
        return { ...plain, since: decided?.at, sources: decided === undefined ? [] : [decided.by] }
      }
      case 'scored': {
        const about = (account: IdentifierKey) => known.records.filter((record) => record.account === account)
        return { ...plain, records: await mostAlike(about(a), about(b), known) }
      }
      case 'observed': {
        const supports = (await readObserved(tx, [pair])).get(pair)?.supports
        return { ...plain, since: known.observed.get(pair)?.firstSeen, sources: sourcesIn(supports) }
      }
    }
  }
}

function sourcesIn(supports: Supports | undefined): string[] {
  return [...new Set([...(supports?.keys() ?? [])].map((support) => parseSupport(support).source))].sort()
}
