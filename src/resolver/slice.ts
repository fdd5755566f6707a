import type { Transaction } from '../graph/graph.ts'
import {
  type Neighbour,
  readAssertions,
  readCustomers,
  readDecisions,
  readIdentifiers,
  readNeighbourhood,
  readRecordsAbout,
} from '../graph/identity-reads.ts'
import { decisionSubject } from '../identity/evidence.ts'
import { decisionsInForce, type Facts, joinSeen, type Seen } from '../identity/facts.ts'
import type { StoredCustomer } from '../identity/history.ts'
import { identifierOf, pairOf } from '../identity/keys.ts'
import type { Policy } from '../identity/policy.ts'
import { statusOf } from '../identity/status.ts'
import type { Decision, IdentifierKey, Kind, PairKey, Status } from '../identity/types.ts'
import { type News, touchedPairsOf } from './news.ts'
import type { Touched } from './touched.ts'

/** Whole components of the graph as they are with the batch joined, beside what was stored of them. */
export interface Slice {
  readonly facts: Facts
  /** Of every identifier in the components; what is not among them does not link. */
  readonly statuses: Map<IdentifierKey, Status>
  readonly before: {
    readonly statuses: ReadonlyMap<IdentifierKey, Status>
    readonly seen: ReadonlyMap<IdentifierKey, Seen | undefined>
    readonly refused: ReadonlySet<PairKey>
  }
  readonly customers: readonly StoredCustomer[]
  /** Every assertion about the components that is stored or decided now, withdrawn ones too. */
  readonly assertions: ReadonlyMap<string, Decision>
}

/**
 * Reads every component that the news may change: from the identifiers with news along the pairs and assertions that
 * conduct, before or now, until nothing new is found. Identifiers that did not link and still do not are not walked.
 */
export async function readSlice(tx: Transaction, touched: Touched, news: News, policy: Policy): Promise<Slice> {
  const walk = new Walk(touched, policy)
  const seeds = [...news.dirty].filter((key) => !isSettled(key, touched, news))
  await walk.overrides(tx, seeds)
  let frontier = seeds
  let customers: StoredCustomer[] = []
  while (frontier.length > 0) {
    await walk.expand(tx, frontier, news.dirty)
    frontier = walk.next()
    if (frontier.length > 0) continue
    customers = await walk.customers(tx)
    frontier = customers.flatMap(({ members }) => members).filter((key) => !walk.statuses.has(key))
  }
  walk.settle(news)
  const facts = await walk.facts(tx)
  return { facts, statuses: walk.statuses, before: walk.before, customers, assertions: walk.assertions }
}

/** Shared or blocked before, and the batch only adds to what it stands on: so it stays. */
function isSettled(key: IdentifierKey, { before, decided }: Touched, news: News): boolean {
  const status = before.identifiers.get(key)?.status
  if (status !== 'shared' && status !== 'blocked') return false
  return !news.weakened.has(key) && !decided.some((d) => d.decision === 'override' && d.identifier === key)
}

/** The state of one reading. */
class Walk {
  readonly statuses = new Map<IdentifierKey, Status>()
  readonly assertions = new Map<string, Decision>()
  readonly before = {
    statuses: new Map<IdentifierKey, Status>(),
    seen: new Map<IdentifierKey, Seen | undefined>(),
    refused: new Set<PairKey>(),
  }
  readonly #touched: Touched
  readonly #touchedPairs: ReturnType<typeof touchedPairsOf>
  readonly #policy: Policy
  readonly #seen = new Map<IdentifierKey, Seen>()
  readonly #observed = new Map<PairKey, Seen>()
  readonly #overrides = new Map<IdentifierKey, 'block' | 'allow'>()
  #found = new Set<IdentifierKey>()

  constructor(touched: Touched, policy: Policy) {
    this.#touched = touched
    this.#touchedPairs = touchedPairsOf(touched)
    this.#policy = policy
    for (const [key, { status, seen }] of touched.before.identifiers) this.#remember(key, status, seen)
  }

  async overrides(tx: Transaction, keys: readonly IdentifierKey[]): Promise<void> {
    const subjects = this.#touched.anyOverride ? keys.map((key) => `override ${key}`) : []
    const stored = await readDecisions(tx, subjects)
    const known = new Map([...stored, ...this.#touched.decided.map((d) => [decisionSubject(d), d] as const)])
    for (const [key, verdict] of decisionsInForce(known.values()).overrides) this.#overrides.set(key, verdict)
  }

  customers(tx: Transaction): Promise<StoredCustomer[]> {
    return readCustomers(tx, this.#existing(this.statuses.keys()))
  }

  /** What is found by the last expansions and not yet expanded. */
  next(): IdentifierKey[] {
    const next = [...this.#found].filter((key) => !this.statuses.has(key))
    this.#found = new Set()
    return next
  }

  /** Reads identifiers with their pairs and assertions; what conducts leads on. */
  async expand(tx: Transaction, keys: readonly IdentifierKey[], dirty: ReadonlySet<IdentifierKey>): Promise<void> {
    await this.#know(tx, keys)
    const stored = await readNeighbourhood(tx, this.#existing(keys))
    for (const { other, otherStatus, otherSeen } of stored) this.#remember(other, otherStatus, otherSeen)
    const neighbours = Map.groupBy(stored, ({ key }) => key)
    const assertions = await this.#readAssertions(tx, keys)
    for (const key of keys) {
      const own = neighbours.get(key) ?? []
      const pairs = this.#pairsOf(key, own)
      for (const [pair, seen] of pairs) this.#observed.set(pair, seen)
      if (dirty.has(key)) this.#derive(key, pairs)
      else this.#keep(key)
      const conducts = this.statuses.get(key) === 'linking' || this.before.statuses.get(key) === 'linking'
      if (!conducts) continue
      for (const { other, otherStatus } of own) if (otherStatus === 'linking') this.#found.add(other)
      for (const partner of assertions.get(key) ?? []) this.#found.add(partner)
    }
  }

  /** Makes sure that what was stored of identifiers is known. */
  async #know(tx: Transaction, keys: readonly IdentifierKey[]): Promise<void> {
    const unknown = keys.filter((key) => !this.before.statuses.has(key) && !this.#touched.evidence.identifiers.has(key))
    for (const [key, { status, seen }] of await readIdentifiers(tx, unknown)) this.#remember(key, status, seen)
  }

  #remember(key: IdentifierKey, status: Status, seen: Seen | undefined): void {
    if (this.before.statuses.has(key)) return
    this.before.statuses.set(key, status)
    this.before.seen.set(key, seen)
  }

  /** Those that are stored: of what the batch brings, nothing is there to be read. */
  #existing(keys: Iterable<IdentifierKey>): IdentifierKey[] {
    return [...keys].filter((key) => this.before.statuses.has(key))
  }

  /** The SAME_AS partners of each identifier, those that exist. */
  async #readAssertions(tx: Transaction, keys: readonly IdentifierKey[]) {
    const decided = this.#touched.decided.filter(({ decision }) => decision === 'assertion')
    const wanted = new Set(keys)
    const stored = this.#touched.anyAssertion ? await readAssertions(tx, keys) : []
    for (const decision of [...stored, ...decided]) {
      if (decision.decision !== 'assertion' || !(wanted.has(decision.a) || wanted.has(decision.b))) continue
      this.assertions.set(decisionSubject(decision), decision)
    }
    const partners = [...this.assertions.values()].flatMap((d) =>
      d.decision === 'assertion'
        ? ([
            [d.a, d.b, d.verdict],
            [d.b, d.a, d.verdict],
          ] as const)
        : [],
    )
    // Both ends, of every verdict: where both exist, the assertion is drawn.
    await this.#know(
      tx,
      partners.map(([, partner]) => partner),
    )
    // Withdrawn ones lead on too: what they joined is to be resolved again.
    const existing = partners.filter(([, partner, verdict]) => verdict !== 'not_same' && this.#links(partner))
    return new Map(
      [...Map.groupBy(existing, ([key]) => key)].map(([key, found]) => [key, found.map(([, partner]) => partner)]),
    )
  }

  #links(key: IdentifierKey): boolean {
    return this.before.statuses.get(key) === 'linking' || this.statuses.get(key) === 'linking'
  }

  /** The pairs of an identifier that count now: the stored ones, overlaid with what the batch touches. */
  #pairsOf(key: IdentifierKey, stored: readonly Neighbour[]): Map<PairKey, Seen> {
    const pairs = new Map<PairKey, Seen>()
    for (const { pair, seen, refused } of stored) {
      pairs.set(pair, seen)
      if (refused) this.before.refused.add(pair)
    }
    for (const [pair, seen] of this.#touchedPairs.get(key) ?? []) {
      if (seen === undefined) pairs.delete(pair)
      else pairs.set(pair, seen)
    }
    return pairs
  }

  #derive(key: IdentifierKey, pairs: ReadonlyMap<PairKey, Seen>): void {
    let seen = this.#touched.alone.get(key)
    const counts = new Map<Kind, number>()
    for (const [pair, pairSeen] of pairs) {
      seen = joinSeen(seen, pairSeen)
      const [a, b] = pairOf(pair)
      const { kind } = identifierOf(a === key ? b : a)
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    if (seen === undefined) {
      this.statuses.set(key, 'unsupported')
      return
    }
    this.#seen.set(key, seen)
    this.statuses.set(key, statusOf(key, counts, this.#overrides.get(key), this.#policy))
  }

  #keep(key: IdentifierKey): void {
    const seen = this.before.seen.get(key)
    if (seen !== undefined) this.#seen.set(key, seen)
    this.statuses.set(key, this.before.statuses.get(key) ?? 'unsupported')
  }

  /** Identifiers that stay what they were, yet were seen earlier or later than known. */
  settle({ dirty }: News): void {
    for (const key of dirty) {
      if (this.statuses.has(key)) continue
      let seen = joinSeen(this.before.seen.get(key), this.#touched.alone.get(key))
      for (const pairSeen of this.#touchedPairs.get(key)?.values() ?? []) seen = joinSeen(seen, pairSeen)
      if (seen !== undefined) this.#seen.set(key, seen)
      this.statuses.set(key, this.before.statuses.get(key) ?? 'unsupported')
    }
  }

  async facts(tx: Transaction): Promise<Facts> {
    const linking = [...this.statuses].filter(([, status]) => status === 'linking').map(([key]) => key)
    const records = new Map((await readRecordsAbout(tx, this.#existing(linking))).map((record) => [record.key, record]))
    for (const [key, { current }] of this.#touched.records) {
      if (current === undefined) records.delete(key)
      else if (this.statuses.get(current.account) === 'linking') records.set(key, current)
    }
    const { assertions } = decisionsInForce(this.assertions.values())
    return { identifiers: this.#seen, observed: this.#observed, records, assertions, overrides: this.#overrides }
  }
}
