import { bug } from '../errors.ts'
import type { Block } from './active-blocks.ts'
import { notSamePartners } from './cannot-link.ts'
import { recordsContradict } from './contradiction.ts'
import { customerId } from './customer-id.ts'
import type { Evidence } from './evidence.ts'
import { type CurrentRecord, type Description, type Facts, factsOf, joinSeen, type Seen } from './facts.ts'
import { compareKeys, pairOf } from './keys.ts'
import { type Link, linksInOrder, type ScoredLink } from './links.ts'
import { type Partition, partition } from './partition.ts'
import type { Policy } from './policy.ts'
import { linksByPeriod, recycledIdentifiers, type Tenure } from './recycled.ts'
import { blockedRecords, type Opinion, type RecordPair, scoredLinks } from './scoring.ts'
import { statusesOf } from './status.ts'
import { type GoldenRecord, goldenRecord } from './survivorship.ts'
import type { CustomerId, Day, IdentifierKey, Millis, PairKey, Status } from './types.ts'

/** What a model knows of records. Symmetric, and a function of the records and the model alone. */
export interface Matching {
  /** Names the model; written with what it scored. */
  readonly model: string
  /** Whether two records are two people's, candidates or not. */
  contradicts(a: Description, b: Description): boolean
  /** The blocks that a record is in, each once: records of one active block are compared. */
  blocksOf(record: Description): readonly Block[]
  /**
   * Of each pair, whatever the others. Undefined where the two are too little alike to be looked at: below the policy's
   * `reviewThreshold`.
   */
  score(pairs: readonly RecordPair[]): Promise<readonly (Opinion | undefined)[]>
}

/** Matching without a model: nothing is scored alike, and only birth dates contradict. */
export const withoutModel: Matching = {
  model: 'none',
  contradicts: recordsContradict,
  blocksOf: () => [],
  score: async (pairs) => pairs.map(() => undefined),
}

export interface Rules {
  readonly policy: Policy
  readonly matching: Matching
  /** Keys the customer ids; made once per installation. */
  readonly idKey: Uint8Array
}

export interface Resolution {
  /** Of every identifier of the evidence. */
  readonly statuses: Map<IdentifierKey, Status>
  /** Sorted by id. */
  readonly customers: ResolvedCustomer[]
  readonly refused: {
    readonly observed: Set<PairKey>
    readonly scored: Set<PairKey>
    readonly asserted: Set<PairKey>
  }
  readonly scored: readonly ScoredLink[]
}

export interface ResolvedCustomer extends GoldenRecord {
  readonly id: CustomerId
  /** The member with the least (firstSeen, key). */
  readonly anchor: IdentifierKey
  /** Sorted. */
  readonly members: readonly IdentifierKey[]
  readonly firstSeen: Millis
  readonly lastSeen: Day
  /** Of identifiers that changed hands, by key and time: those it has now, and those it gave up. */
  readonly tenures: readonly Tenure[]
}

/** customers = resolve(evidence, policy): pure, and indifferent to the order of the evidence. */
export async function resolve(evidence: Evidence, rules: Rules): Promise<Resolution> {
  const facts = factsOf(evidence)
  const statuses = statusesOf(facts, rules.policy)
  for (const key of evidence.identifiers.keys()) if (!statuses.has(key)) statuses.set(key, 'unsupported')
  const scored = await scoredLinks(blockedRecords(facts.records.values(), rules.matching), rules)
  return resolveFacts(facts, scored, statuses, rules)
}

/**
 * The same of facts, scores and statuses already known. Components that no link between linking identifiers joins do not
 * influence each other, so that resolving each alone gives what resolving all together gives.
 */
export function resolveFacts(
  facts: Facts,
  scored: readonly ScoredLink[],
  statuses: Map<IdentifierKey, Status>,
  rules: Rules,
): Resolution {
  const { policy, matching } = rules
  const recordsOf = recordsByAccount(facts)
  const identifiers = [...statuses].filter(([, status]) => status === 'linking').map(([key]) => key)
  const { contradicts } = matching
  const recycled = recycledIdentifiers({ observed: facts.observed, statuses, recordsOf }, { policy, contradicts })
  const tenures = new Map([...recycled.values()].flat().map(({ vertex, tenure }) => [vertex, tenure]))
  const conductors = tenures.keys().filter((vertex) => !recycled.has(vertex))
  const links = linksByPeriod(linksInOrder(facts, scored, statuses, policy), recycled, facts.observed)
  const notSame = notSamePartners(facts.assertions)
  const { groups, refused } = partition({ identifiers, conductors }, links, recordsOf, { policy, contradicts, notSame })
  const customers = groups.map(({ members, conductors }) => {
    const seen = new Map(members.map((key) => [key, facts.identifiers.get(key) ?? bug('a member never seen')]))
    const held = tenures.size === 0 ? [] : [...conductors, ...members].flatMap((vertex) => tenures.get(vertex) ?? [])
    return customerOf(seen, members.flatMap(recordsOf), rules, held)
  })
  const refusedPairs = (type: Link['type']) =>
    new Set(refused.filter((link) => link.type === type).map(({ pair }) => pair))
  const observed = refusedPairs('observed')
  return {
    statuses,
    customers: customers.sort((a, b) => compareKeys(a.id, b.id)),
    refused: {
      observed: recycled.size === 0 ? observed : observed.difference(heldTogether(observed, groups)),
      ...{ scored: refusedPairs('scored'), asserted: refusedPairs('same_as') },
    },
    scored,
  }
}

/** Pairs that one customer holds all the same: a link to a period that is over may be refused, and another one not. */
function heldTogether(pairs: Iterable<PairKey>, groups: Partition['groups']): Set<PairKey> {
  const groupOf = new Map(groups.flatMap((group) => group.members.map((member) => [member, group] as const)))
  return new Set(Iterator.from(pairs).filter((pair) => new Set(pairOf(pair).map((key) => groupOf.get(key))).size === 1))
}

/** The customer that these identifiers are, given in the order of their keys, with the current records about them. */
export function customerOf(
  seen: ReadonlyMap<IdentifierKey, Seen>,
  records: readonly CurrentRecord[],
  { idKey, policy }: Pick<Rules, 'idKey' | 'policy'>,
  tenures: readonly Tenure[] = [],
): ResolvedCustomer {
  const anchor = anchorOf(seen)
  return {
    id: customerId(idKey, anchor),
    anchor,
    members: [...seen.keys()],
    ...span(seen),
    ...goldenRecord(seen, records, policy),
    tenures: tenures.toSorted((a, b) => compareKeys(a.key, b.key) || (a.since ?? -1) - (b.since ?? -1)),
  }
}

/** The current records about an account, by key. */
export function recordsByAccount(facts: Pick<Facts, 'records'>): (account: IdentifierKey) => readonly CurrentRecord[] {
  const byAccount = new Map<IdentifierKey, CurrentRecord[]>()
  for (const record of [...facts.records.values()].sort((a, b) => compareKeys(a.key, b.key))) {
    const others = byAccount.get(record.account)
    if (others === undefined) byAccount.set(record.account, [record])
    else others.push(record)
  }
  return (account) => byAccount.get(account) ?? []
}

function anchorOf(members: ReadonlyMap<IdentifierKey, Seen>): IdentifierKey {
  const [first, ...rest] = members
  if (first === undefined) bug('a customer without members')
  return rest.reduce(
    (best, next) => ((next[1].firstSeen - best[1].firstSeen || compareKeys(next[0], best[0])) < 0 ? next : best),
    first,
  )[0]
}

function span(members: ReadonlyMap<IdentifierKey, Seen>): Seen {
  let span: Seen | undefined
  for (const seen of members.values()) span = joinSeen(span, seen)
  return span ?? bug('a customer without members')
}
