import type { Block } from '../src/identity/active-blocks.ts'
import { addDecision, decisionSubject, type Evidence, emptyEvidence } from '../src/identity/evidence.ts'
import {
  type CurrentRecord,
  claimsOf,
  currentRecord,
  type Facts,
  factsOf,
  withdrawnScopes,
} from '../src/identity/facts.ts'
import { customerDigest } from '../src/identity/history.ts'
import { type Growth, type HeldCustomer, joinCustomers } from '../src/identity/join-customers.ts'
import { identifierOf, pairKey, pairOf } from '../src/identity/keys.ts'
import type { ScoredLink } from '../src/identity/links.ts'
import type { Policy } from '../src/identity/policy.ts'
import { type Resolution, type ResolvedCustomer, type Rules, resolve } from '../src/identity/resolve.ts'
import { isLimited } from '../src/identity/status.ts'
import type { CustomerId, IdentifierKey, Kind, PairKey, RecordKey, Status } from '../src/identity/types.ts'
import { deriveGrown } from '../src/resolver/derive.ts'
import { growthOf, SLOW_REASONS } from '../src/resolver/growth.ts'
import { newsOf } from '../src/resolver/news.ts'
import { isLink } from '../src/resolver/relinked.ts'
import { rescore, type ScoringReads } from '../src/resolver/rescore.ts'
import type { Batch } from '../src/resolver/resolver-types.ts'
import type { Stored } from '../src/resolver/stored.ts'
import { derive, joinBatch, type Touched } from '../src/resolver/touched.ts'
import type { Item } from './oracle/what-counts.ts'

/** What a graph would hold, in memory. */
export interface State {
  readonly evidence: Evidence
  readonly statuses: ReadonlyMap<IdentifierKey, Status>
  readonly customers: ReadonlyMap<CustomerId, ResolvedCustomer>
  readonly refused: ReadonlySet<string>
  readonly contested: ReadonlySet<CustomerId>
  readonly neighbours: ReadonlyMap<IdentifierKey, ReadonlyMap<Kind, number>>
  readonly scored: ReadonlyMap<PairKey, ScoredLink>
  /** Of records that say something. */
  readonly blocks: ReadonlyMap<RecordKey, readonly Block[]>
}

/** What a defective fast path would overlook. */
export interface Defect {
  readonly reasons?: typeof SLOW_REASONS
  readonly growth?: (growth: Growth) => Growth
  readonly rules?: (rules: Rules, growth: Growth) => Rules
  readonly reads?: (reads: ScoringReads) => ScoringReads
}

export const nothingSaid: State = {
  ...{ evidence: emptyEvidence(), statuses: new Map(), customers: new Map(), refused: new Set() },
  ...{ contested: new Set(), neighbours: new Map(), scored: new Map(), blocks: new Map() },
}

/** The state that evidence implies, asked of `resolve`. */
export async function stateOf(evidence: Evidence, rules: Rules): Promise<State> {
  const { statuses, customers, refused, scored } = await resolve(evidence, rules)
  const facts = factsOf(evidence)
  const linking = [...statuses].filter(([, status]) => status === 'linking').map(([key]) => key)
  return {
    ...{ evidence, statuses },
    customers: new Map(customers.map((customer) => [customer.id, customer])),
    refused: new Set([...refused.observed, ...refused.asserted, ...[...refused.scored].map(scoredName)]),
    contested: new Set(customers.filter(({ members }) => touches(refused, members)).map(({ id }) => id)),
    neighbours: new Map(linking.map((key) => [key, countsOf(key, facts, rules.policy)])),
    scored: new Map(scored.map((link) => [pairKey(link.a, link.b), link])),
    blocks: new Map([...facts.records].map(([key, record]) => [key, rules.matching.blocksOf(record)])),
  }
}

/**
 * The state after a batch as the resolver finds it: groups of the fast path as it decides them, what it leaves to the
 * slow path as `resolve` answers for the components that it reaches, and everything else as it was.
 */
export async function afterBatch(
  before: State,
  items: readonly Item[],
  rules: Rules,
  defect: Defect = {},
): Promise<State> {
  const { touched, batch } = touchedBy(before, items)
  const news = newsOf(batch, touched)
  const { assertions, overrides } = factsOf(before.evidence)
  const now = factsOf(touched.evidence)
  const grown = deriveGrown(touched, news, new Map([...overrides, ...now.overrides]), rules.policy)
  const reads = defect.reads?.(readsOf(before)) ?? readsOf(before)
  const rescored = await rescore(reads, { touched, news }, rules)
  const growing = { touched, news, grown, assertions, rescored, policy: rules.policy }
  const all = growthOf(growing, Object.values(defect.reasons ?? SLOW_REASONS))
  const growth = defect.growth?.(all) ?? all
  const { joined, slow } = joinCustomers(growth, defect.rules?.(rules, growth) ?? rules)
  const truth = await stateOf(touched.evidence, rules)
  const groups = slow.flatMap(({ keys, customers }) => [...keys, ...customers.flatMap(({ members }) => members)])
  const reached = reachedFrom([...groups, ...growth.slow], before, truth, rules.policy)
  const inReach = (key: IdentifierKey) => reached.has(key)
  const fast = joined.filter(({ next }) => !inReach(next.anchor))
  const replaced = new Set(fast.flatMap(({ previous }) => previous.map(({ id }) => id)))
  const kept = [...before.customers.values()].filter(({ id, anchor }) => !replaced.has(id) && !inReach(anchor))
  const resolved = [...truth.customers.values()].filter(({ anchor }) => inReach(anchor))
  const customers = [...kept, ...fast.map(({ next }) => next), ...resolved]
  const contested = [
    ...kept.filter(({ id }) => before.contested.has(id)),
    ...fast.filter((each) => each.contested).map(({ next }) => next),
    ...resolved.filter(({ id }) => truth.contested.has(id)),
  ]
  const derived = new Map([...grown].filter(([key]) => !inReach(key)))
  return {
    evidence: touched.evidence,
    statuses: new Map<IdentifierKey, Status>([
      ...[...before.statuses],
      ...[...derived].map(([key, { status }]) => [key, status] as const),
      ...[...truth.statuses].filter(([key]) => inReach(key)),
    ]),
    customers: new Map(customers.map((customer) => [customer.id, customer])),
    refused: new Set([
      ...[...before.refused].filter((pair) => !inReach(endOf(pair))),
      ...[...truth.refused].filter((pair) => inReach(endOf(pair))),
    ]),
    contested: new Set(contested.map(({ id }) => id)),
    scored: changedBy(before.scored, rescored.scores, ({ now }) => now),
    blocks: changedBy(before.blocks, rescored.blocks, ({ now }) => (now.length === 0 ? undefined : now)),
    neighbours: new Map([
      ...[...before.neighbours].filter(([key]) => !inReach(key) && !derived.has(key)),
      ...[...derived].filter(([, { status }]) => status === 'linking').map(([key, d]) => [key, d.neighbours] as const),
      ...[...truth.neighbours].filter(([key]) => inReach(key)),
    ]),
  }
}

function changedBy<K, V, C>(before: ReadonlyMap<K, V>, changes: ReadonlyMap<K, C>, now: (change: C) => V | undefined) {
  const after = new Map(before)
  for (const [key, change] of changes) {
    const value = now(change)
    if (value === undefined) after.delete(key)
    else after.set(key, value)
  }
  return after
}

/** What the resolver asks the graph of blocks and scores, asked of a state. */
function readsOf({ evidence, blocks, scored, refused }: State): ScoringReads {
  const records = [...factsOf(evidence).records.values()]
  const about = (wanted: (record: CurrentRecord) => boolean) => records.filter(wanted)
  const carriers = (block: Block) => [...blocks].filter(([, own]) => own.includes(block)).map(([key]) => key)
  return {
    blocks: async (wanted) =>
      new Map(
        [...wanted].flatMap(([block, { most }]) => {
          const found = carriers(block)
          return found.length === 0 ? [] : [[block, found.length > most ? ('many' as const) : found] as const]
        }),
      ),
    about: async (accounts) => {
      const wanted = new Set(accounts)
      return about(({ account }) => wanted.has(account))
    },
    described: async (keys) => {
      const named = new Set(keys)
      return about(({ key }) => named.has(key))
    },
    accountsOf: async (keys) => {
      const named = new Set(keys)
      const wanted = new Set(records.filter(({ key }) => named.has(key)).map(({ account }) => account))
      return about(({ account }) => wanted.has(account))
    },
    scores: async (accounts) => {
      const wanted = new Set(accounts)
      const found = [...scored].filter(([, { a, b }]) => wanted.has(a) || wanted.has(b))
      return new Map(
        found.map(([pair, link]) => [pair, { ...link, model: 'test', refused: refused.has(scoredName(pair)) }]),
      )
    },
  }
}

/** In the set of refused links, beside an observed one of the same pair. */
function scoredName(pair: PairKey): string {
  return `${pair}\tscored`
}

/** The batch joined to a state, everything having been read. */
function touchedBy(before: State, items: readonly Item[]): { touched: Touched; batch: Batch } {
  const observations = items.filter((item) => 'messageId' in item)
  const decisions = items.filter((item) => 'decision' in item)
  const withdraws = decisions.some(({ decision }) => decision === 'withdrawal')
  const { evidence } = before
  const everything = { identifiers: [...evidence.identifiers.keys()], records: [...evidence.records.keys()] }
  const batch: Batch = { observations, decisions, ...(withdraws ? { revisit: everything } : {}) }
  const stored = storedOf(before)
  const known = new Map(decisions.flatMap((each) => entryOf(evidence, decisionSubject(each))))
  const joined = joinBatch(batch, stored, known)
  // What the batch does not decide stays decided.
  for (const [subject, decision] of evidence.decisions) {
    if (!joined.evidence.decisions.has(subject)) addDecision(joined.evidence, decision)
  }
  return { batch, touched: derive(stored, joined, new Map()) }
}

function entryOf({ decisions }: Evidence, subject: string) {
  const decision = decisions.get(subject)
  return decision === undefined ? [] : [[subject, decision] as const]
}

function storedOf({ evidence, statuses, customers, refused, contested, neighbours, blocks }: State): Stored {
  const facts = factsOf(evidence)
  const withdrawn = withdrawnScopes(evidence.decisions.values())
  const customerOf = new Map(
    [...customers.values()].flatMap(({ id, members }) => members.map((key) => [key, id] as const)),
  )
  const held = (customer: ResolvedCustomer): HeldCustomer => ({
    ...{ id: customer.id, version: 1, anchor: customer.anchor, digest: customerDigest(customer) },
    ...{ members: customer.members, contested: contested.has(customer.id), unresolved: false },
    tenures: customer.tenures,
    seen: new Map(customer.members.flatMap((key) => seenEntry(facts, key))),
    records: [...facts.records.values()].filter(({ account }) => customer.members.includes(account)),
  })
  return {
    identifiers: new Map(
      [...evidence.identifiers].map(([key, supports]) => [
        key,
        {
          ...{ supports, seen: facts.identifiers.get(key), status: statuses.get(key) ?? 'unsupported' },
          ...{ customer: customerOf.get(key), unresolved: false, neighbours: neighbours.get(key) ?? new Map() },
        },
      ]),
    ),
    observed: new Map(
      [...evidence.observed].map(([pair, supports]) => [
        pair,
        { supports, seen: facts.observed.get(pair), refused: refused.has(pair) },
      ]),
    ),
    records: new Map(
      [...evidence.records].map(([key, record]) => [
        key,
        // A copy: evidence is joined in place.
        {
          ...record,
          versions: new Map(record.versions),
          overlays: new Map([...record.overlays].map(([field, by]) => [field, new Map(by)])),
          claims: claimsOf(record, withdrawn),
          current: currentRecord(record, withdrawn),
          blocks: blocks.get(key) ?? [],
        },
      ]),
    ),
    customers: new Map([...customers].map(([id, customer]) => [id, held(customer)])),
    decided: {
      withdrawals: [...evidence.decisions.values()].filter((each) => each.decision === 'withdrawal'),
      anyAssertion: true,
      anyOverride: true,
    },
  }
}

function seenEntry({ identifiers }: Facts, key: IdentifierKey) {
  const seen = identifiers.get(key)
  return seen === undefined ? [] : [[key, seen] as const]
}

/** Everything that links, assertions or customers join to these, before the batch or after it. */
function reachedFrom(seeds: Iterable<IdentifierKey>, before: State, after: State, policy: Policy): Set<IdentifierKey> {
  const next = new Map<IdentifierKey, Set<IdentifierKey>>()
  const join = (a: IdentifierKey, b: IdentifierKey) => {
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as const)
      next.set(x, (next.get(x) ?? new Set()).add(y))
  }
  const links = (key: IdentifierKey) => before.statuses.get(key) === 'linking' || after.statuses.get(key) === 'linking'
  for (const { evidence, customers, scored } of [before, after]) {
    const facts = factsOf(evidence)
    const alike = [...scored].filter(([, link]) => isLink(link, policy)).map(([pair]) => pair)
    for (const pair of [...facts.observed.keys(), ...facts.assertions.keys(), ...alike]) {
      const [a, b] = pairOf(pair)
      if (links(a) && links(b)) join(a, b)
    }
    for (const { members } of customers.values()) for (const member of members) join(members[0] ?? member, member)
  }
  const reached = new Set(seeds)
  for (const key of reached) for (const other of next.get(key) ?? []) reached.add(other)
  return reached
}

function countsOf(key: IdentifierKey, { observed }: Facts, policy: Policy): Map<Kind, number> {
  const counts = new Map<Kind, number>()
  for (const pair of observed.keys()) {
    const [a, b] = pairOf(pair)
    if (a !== key && b !== key) continue
    const other = identifierOf(a === key ? b : a).kind
    if (isLimited(identifierOf(key).kind, other, policy)) counts.set(other, (counts.get(other) ?? 0) + 1)
  }
  return counts
}

function touches(refused: Resolution['refused'], members: readonly IdentifierKey[]): boolean {
  return [...refused.observed, ...refused.asserted, ...refused.scored].some((pair) =>
    pairOf(pair).some((key) => members.includes(key)),
  )
}

function endOf(pair: string): IdentifierKey {
  return pairOf(pair as never)[0]
}
