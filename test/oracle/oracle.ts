import { identifierOf, pairKey, pairOf } from '../../src/identity/keys.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Assertion, IdentifierKey, PairKey, Status } from '../../src/identity/types.ts'
import { type CannotLinkWorld, whatStandsBetween } from './cannot-link.ts'
import { nameAt, type OraclePeriod, periodsIn } from './periods.ts'
import { identifierSeen, identifiersIn, pairSeen, pairsIn, type SeenTimes } from './seen.ts'
import {
  currentFields,
  currentVersion,
  decisionsIn,
  type Item,
  inForce,
  type OracleRecord,
  observationsIn,
  overrideOf,
  recordKeysIn,
  type ScopeNames,
} from './what-counts.ts'

export interface OracleRules {
  readonly policy: Policy
  readonly scopes: ScopeNames
  contradicts(a: OracleRecord, b: OracleRecord): boolean
  /** Pairs of accounts with the probability that they are one customer's. */
  score(
    records: readonly OracleRecord[],
    limits: ScoreLimits,
  ): readonly { a: IdentifierKey; b: IdentifierKey; probability: number }[]
}

export interface ScoreLimits {
  /** Records above which a block proposes no pair. */
  readonly maxBlock: number
  /** Probability from which a pair is kept. */
  readonly least: number
}

interface OracleCustomer extends SeenTimes {
  readonly anchor: IdentifierKey
  readonly members: readonly IdentifierKey[]
  /** What changed hands, and from which day to which it was this customer's; sorted. */
  readonly tenures: readonly { key: IdentifierKey; since?: number; until?: number }[]
}

export interface OracleAnswer {
  readonly statuses: ReadonlyMap<IdentifierKey, Status>
  /** Sorted by anchor; members sorted. */
  readonly customers: readonly OracleCustomer[]
  /** Sorted. */
  readonly refused: {
    readonly observed: readonly PairKey[]
    readonly scored: readonly PairKey[]
    readonly asserted: readonly PairKey[]
  }
  /** Sorted. */
  readonly scored: readonly { a: IdentifierKey; b: IdentifierKey; probability: number }[]
  readonly records: readonly OracleRecord[]
  /** What its last union would have asked: the reasons that keep two sets of identifiers apart. */
  readonly world: CannotLinkWorld
}

interface Link {
  readonly type: 'observed' | 'scored' | 'asserted'
  readonly pair: PairKey
  /** By the names that they go by at the time. */
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  /** What orders it: compared part by part. */
  readonly order: readonly (number | string)[]
}

/** Who the customers are, by the letter of the semantics, section 3. */
export function askOracle(items: readonly Item[], rules: OracleRules): OracleAnswer {
  const { policy, scopes } = rules
  const seen = new Map<IdentifierKey, SeenTimes>()
  for (const key of identifiersIn(items)) {
    const times = identifierSeen(items, key, scopes)
    if (times !== undefined) seen.set(key, times)
  }
  const edges = new Map<PairKey, SeenTimes>()
  for (const pair of pairsIn(items)) {
    const times = pairSeen(items, pair, scopes)
    if (times !== undefined) edges.set(pair, times)
  }
  const statuses = new Map<IdentifierKey, Status>(
    identifiersIn(items).map((key) => [key, statusOf(items, key, seen.has(key), [...edges.keys()], policy)]),
  )
  const linking = [...statuses].filter(([, status]) => status === 'linking').map(([key]) => key)
  const records = recordsAsTheyStand(items, scopes)
  const assertions = assertionsInForce(items)
  const world: CannotLinkWorld = {
    policy,
    records,
    contradicts: rules.contradicts,
    notSame: assertions.filter(({ verdict }) => verdict === 'not_same'),
  }
  const scored = rules.score(records, { maxBlock: policy.matching.maxBlock, least: policy.reviewThreshold })
  const periods = periodsIn(linking, edges, world)
  const links = linksBetween(linking, edges, assertions, scored, policy).map((link) => {
    const edge = link.type === 'observed' ? edges.get(link.pair) : undefined
    if (edge === undefined) return link
    return { ...link, a: nameAt(link.a, edge, periods), b: nameAt(link.b, edge, periods) }
  })
  const standIns = periods.flat().filter(({ name, key }) => name !== key)
  const groups = unite(linking, standIns, links, world)
  const areOne = (a: IdentifierKey, b: IdentifierKey) => groupWith(groups, a) === groupWith(groups, b)
  const follows = ({ pair, a, b }: Link) => areOne(a, b) || areOne(...pairOf(pair))
  const pairs = (type: Link['type']) =>
    [...new Set(links.filter((link) => link.type === type && !follows(link)).map(({ pair }) => pair))].sort()
  return {
    statuses,
    customers: groups
      .filter((group) => group.some((key) => linking.includes(key)))
      .map((group) => customerOf(group, seen, periods))
      .sort((a, b) => (a.anchor < b.anchor ? -1 : 1)),
    refused: { observed: pairs('observed'), scored: pairs('scored'), asserted: pairs('asserted') },
    scored: scored.map(({ a, b, probability }) => ({ a, b, probability })).sort(byPair),
    records,
    world,
  }
}

function statusOf(
  items: readonly Item[],
  key: IdentifierKey,
  supported: boolean,
  edges: readonly PairKey[],
  policy: Policy,
): Status {
  if (!supported) return 'unsupported'
  const override = overrideOf(items, key)
  if (override === 'block') return 'blocked'
  if (override === 'allow') return 'linking'
  const { kind, value } = identifierOf(key)
  if (policy.isPlaceholder(kind, value)) return 'blocked'
  const neighbours = edges.map(pairOf).flatMap(([a, b]) => (a === key ? [b] : b === key ? [a] : []))
  const limits = Object.entries(policy.kinds[kind]?.sharedAbove ?? {})
  const isShared = limits.some(
    ([neighbourKind, limit]) => neighbours.filter((each) => identifierOf(each).kind === neighbourKind).length > limit,
  )
  return isShared ? 'shared' : 'linking'
}

function recordsAsTheyStand(items: readonly Item[], scopes: ScopeNames): OracleRecord[] {
  return recordKeysIn(items).flatMap((key) => {
    const { source, record } = observationsIn(items).find((one) => one.record?.key === key) ?? {}
    const fields = currentFields(items, key, scopes)
    const row = currentVersion(items, key, scopes)
    const stands = fields.size > 0 || (row !== undefined && row.type !== 'delete')
    if (!stands || source === undefined || record === undefined) return []
    return [{ key, source, id: record.id, account: record.account, fields }]
  })
}

function assertionsInForce(items: readonly Item[]): Assertion[] {
  const all = decisionsIn(items).filter((one): one is Assertion => one.decision === 'assertion')
  const pairs = [...new Set(all.map(({ a, b }) => pairKey(a, b)))]
  return pairs.flatMap((pair) => inForce(all.filter(({ a, b }) => pairKey(a, b) === pair)) ?? [])
}

function linksBetween(
  linking: readonly IdentifierKey[],
  edges: ReadonlyMap<PairKey, SeenTimes>,
  assertions: readonly Assertion[],
  scored: ReturnType<OracleRules['score']>,
  policy: Policy,
): Link[] {
  const links: Link[] = []
  for (const { a, b, at, verdict } of assertions) {
    if (verdict === 'same') links.push({ type: 'asserted', pair: pairKey(a, b), a, b, order: [0, at, a, b] })
  }
  for (const [pair, { firstSeen }] of edges) {
    const [a, b] = pairOf(pair)
    const band = policy.band(policy.linkProbability(identifierOf(a).kind, identifierOf(b).kind))
    links.push({ type: 'observed', pair, a, b, order: [1, band, firstSeen, a, b] })
  }
  for (const { a, b, probability } of scored) {
    if (probability < policy.linkThreshold) continue
    const order = [1, policy.band(probability), Number.POSITIVE_INFINITY, a, b]
    links.push({ type: 'scored', pair: pairKey(a, b), a, b, order })
  }
  return links.filter(({ a, b }) => linking.includes(a) && linking.includes(b)).sort(byOrder)
}

function byPair(one: { a: string; b: string }, other: { a: string; b: string }): number {
  const [x, y] = [`${one.a}\t${one.b}`, `${other.a}\t${other.b}`]
  return x < y ? -1 : x > y ? 1 : 0
}

function byOrder(one: Link, other: Link): number {
  for (const [index, part] of one.order.entries()) {
    const counterpart = other.order[index]
    if (counterpart === undefined || part === counterpart) continue
    return part < counterpart ? -1 : 1
  }
  return 0
}

function unite(
  linking: readonly IdentifierKey[],
  standIns: readonly OraclePeriod[],
  links: readonly Link[],
  world: CannotLinkWorld,
): IdentifierKey[][] {
  let groups = [...linking, ...standIns.map(({ name }) => name)].map((key) => [key])
  // Nobody holds who only stands for another.
  const held = (group: readonly IdentifierKey[]) => group.filter((key) => linking.includes(key))
  for (const { type, a, b } of links) {
    const one = groupWith(groups, a)
    const other = groupWith(groups, b)
    if (one === undefined || other === undefined || one === other) continue
    const reasons = whatStandsBetween(held(one), held(other), world)
    // A person outranks the model and the limits, and is outranked by a person only.
    const holds = type === 'asserted' ? reasons.includes('not_same_as') : reasons.length > 0
    if (holds) continue
    groups = [...groups.filter((group) => group !== one && group !== other), [...one, ...other]]
  }
  return groups
}

function groupWith(groups: readonly IdentifierKey[][], key: IdentifierKey): IdentifierKey[] | undefined {
  return groups.find((group) => group.includes(key))
}

function customerOf(
  group: readonly IdentifierKey[],
  seen: ReadonlyMap<IdentifierKey, SeenTimes>,
  periods: readonly (readonly OraclePeriod[])[],
): OracleCustomer {
  const held = group.filter((key) => seen.has(key))
  const times = held.map((key) => ({ key, ...(seen.get(key) ?? { firstSeen: Number.NaN, lastSeen: Number.NaN }) }))
  const isBefore = (one: (typeof times)[number], other: (typeof times)[number]) =>
    one.firstSeen < other.firstSeen || (one.firstSeen === other.firstSeen && one.key <= other.key)
  const [anchor] = times.filter((one) => times.every((other) => isBefore(one, other)))
  if (anchor === undefined) throw new Error('a group without a first identifier')
  return {
    anchor: anchor.key,
    members: held.toSorted(),
    firstSeen: anchor.firstSeen,
    lastSeen: Math.max(...times.map(({ lastSeen }) => lastSeen)),
    tenures: periods.flatMap((all) => tenuresOf(group, all)),
  }
}

function tenuresOf(group: readonly IdentifierKey[], periods: readonly OraclePeriod[]): OracleCustomer['tenures'] {
  return periods.flatMap(({ name, key, holders }, index) => {
    if (!group.includes(name)) return []
    const since = Math.floor((holders[0]?.firstSeen ?? Number.NaN) / 86_400_000)
    const until = Math.max(...holders.map(({ lastSeen }) => lastSeen))
    return [{ key, ...(index > 0 ? { since } : {}), ...(name === key ? {} : { until }) }]
  })
}
