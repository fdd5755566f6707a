import type { Transaction } from '../graph/graph.ts'
import {
  type Neighbour,
  readAssertions,
  readCustomers,
  readCustomersOf,
  readDegrees,
  readIdentifiers,
  readNeighbourhood,
} from '../graph/identity-reads.ts'
import { readScores } from '../graph/scoring-reads.ts'
import { decisionSubject } from '../identity/evidence.ts'
import { joinSeen, type Seen } from '../identity/facts.ts'
import type { HeldCustomer } from '../identity/join-customers.ts'
import { identifierOf, pairOf } from '../identity/keys.ts'
import type { ScoredLink } from '../identity/links.ts'
import type { Policy } from '../identity/policy.ts'
import { isLimited } from '../identity/status.ts'
import type { Assertion, CustomerId, Decision, IdentifierKey, Kind, PairKey } from '../identity/types.ts'
import { ComponentSizes, type WalkLimits } from './component-sizes.ts'
import { type Derived, derivedOf, none, otherKind } from './derive.ts'
import type { News } from './news.ts'
import { isLink } from './relinked.ts'
import type { Rescored } from './rescore.ts'
import type { Touched } from './touched.ts'

export interface WalkOptions {
  readonly touched: Touched
  readonly news: News
  /** See `deriveGrown`. */
  readonly grown: ReadonlyMap<IdentifierKey, Derived>
  readonly rescored: Rescored
  readonly overrides: ReadonlyMap<IdentifierKey, 'block' | 'allow'>
  readonly policy: Policy
  readonly limits: WalkLimits
}

/**
 * Reads whole components: from where it is begun along the pairs and assertions that conduct, before or now, and with
 * every member of every customer that it meets, until nothing new is found. What grows past the limits is left.
 */
export class Walk {
  readonly derived = new Map<IdentifierKey, Derived>()
  readonly observed = new Map<PairKey, Seen>()
  readonly assertions = new Map<string, Assertion>()
  readonly customers = new Map<CustomerId, HeldCustomer>()
  readonly before = new Map<IdentifierKey, Pick<Derived, 'status' | 'seen'>>()
  readonly refused = { observed: new Set<PairKey>(), scored: new Set<PairKey>() }
  /** What is scored alike now. */
  readonly scored = new Map<PairKey, ScoredLink>()
  readonly sizes: ComponentSizes
  readonly #tx: Transaction
  readonly #options: WalkOptions
  #found = new Set<IdentifierKey>()

  constructor(tx: Transaction, options: WalkOptions) {
    this.#tx = tx
    this.#options = options
    this.sizes = new ComponentSizes(options.limits)
    for (const [key, { status, seen }] of options.touched.before.identifiers) this.before.set(key, { status, seen })
  }

  /** Walks on from identifiers that may be of several components. */
  async from(keys: Iterable<IdentifierKey>): Promise<void> {
    let frontier = [...keys]
    while (frontier.length > 0) {
      await this.#expand(await this.#within(frontier))
      frontier = [...this.#found].filter((key) => !this.derived.has(key) && !this.sizes.isOver(key))
      this.#found = new Set()
    }
  }

  /** Those of a frontier whose pairs may still be read. */
  async #within(keys: readonly IdentifierKey[]): Promise<IdentifierKey[]> {
    await this.#know(keys)
    for (const [key, degree] of await readDegrees(this.#tx, this.#existing(keys))) this.sizes.addPairs(key, degree)
    for (const key of keys) this.sizes.add(key)
    return keys.filter((key) => !this.sizes.isOver(key))
  }

  /** Reads identifiers with their pairs, assertions and customers; what conducts leads on. */
  async #expand(keys: readonly IdentifierKey[]): Promise<void> {
    const existing = this.#existing(keys)
    const [stored, assertions, alike] = await Promise.all([
      readNeighbourhood(this.#tx, existing),
      this.#readAssertions(keys),
      this.#readScores(keys),
      this.#readCustomers(existing),
    ])
    for (const { other, otherStatus, otherSeen } of stored) this.#remember(other, otherStatus, otherSeen)
    const neighbours = Map.groupBy(stored, ({ key }) => key)
    for (const key of keys) {
      const own = neighbours.get(key) ?? []
      const pairs = this.#pairsOf(key, own)
      for (const [pair, seen] of pairs) this.observed.set(pair, seen)
      this.#derive(key, pairs)
      if (this.derived.get(key)?.status !== 'linking' && this.before.get(key)?.status !== 'linking') continue
      for (const { other, otherStatus, otherUnresolved } of own) {
        if (otherStatus === 'linking') this.#lead(key, other)
        if (otherStatus === 'linking' && otherUnresolved) this.sizes.give(other)
      }
      for (const partner of [...(assertions.get(key) ?? []), ...(alike.get(key) ?? [])]) this.#lead(key, partner)
      // What the batch brings is not stored yet.
      for (const pair of pairs.keys()) for (const other of this.#newEnd(pair, key)) this.#lead(key, other)
    }
  }

  #lead(key: IdentifierKey, other: IdentifierKey): void {
    this.sizes.join(key, other)
    this.#found.add(other)
  }

  /** The other end where only the batch knows the pair, and it conducts. */
  #newEnd(pair: PairKey, key: IdentifierKey): IdentifierKey[] {
    const [a, b] = pairOf(pair)
    const other = a === key ? b : a
    return this.#growsTo(other) || this.#links(other) ? [other] : []
  }

  /** Whether it links by what the batch adds. */
  #growsTo(key: IdentifierKey): boolean {
    return this.#options.grown.get(key)?.status === 'linking'
  }

  async #readCustomers(keys: readonly IdentifierKey[]): Promise<void> {
    const ids = (await readCustomersOf(this.#tx, keys)).filter((id) => !this.customers.has(id))
    for (const [id, customer] of await readCustomers(this.#tx, ids)) {
      this.customers.set(id, customer)
      const [first] = customer.members
      if (first === undefined) continue
      for (const member of customer.members) this.#lead(first, member)
      if (customer.unresolved) this.sizes.give(first)
    }
  }

  /** Makes sure that what was stored of identifiers is known. */
  async #know(keys: Iterable<IdentifierKey>): Promise<void> {
    const { evidence } = this.#options.touched
    const unknown = [...keys].filter((key) => !this.before.has(key) && !evidence.identifiers.has(key))
    for (const [key, { status, seen }] of await readIdentifiers(this.#tx, unknown)) this.#remember(key, status, seen)
  }

  #remember(key: IdentifierKey, status: Derived['status'], seen: Seen | undefined): void {
    if (!this.before.has(key)) this.before.set(key, { status, seen })
  }

  /** Those that are stored: of what the batch brings, nothing is there to be read. */
  #existing(keys: Iterable<IdentifierKey>): IdentifierKey[] {
    return [...keys].filter((key) => this.before.has(key))
  }

  /** The partners of each identifier in assertions that join or joined, those that exist. */
  async #readAssertions(keys: readonly IdentifierKey[]): Promise<Map<IdentifierKey, IdentifierKey[]>> {
    const { before, decided } = this.#options.touched
    const wanted = new Set(keys)
    const stored = before.decided.anyAssertion ? await readAssertions(this.#tx, keys) : []
    const about = ({ a, b }: Assertion) => wanted.has(a) || wanted.has(b)
    for (const decision of [...stored, ...decided].filter(isAssertion).filter(about)) {
      this.assertions.set(decisionSubject(decision), decision)
    }
    const ends = [...this.assertions.values()].flatMap(({ a, b, verdict }) => [
      { key: a, partner: b, verdict },
      { key: b, partner: a, verdict },
    ])
    // Both ends, of every verdict: where both exist, the assertion is drawn.
    await this.#know(ends.map(({ partner }) => partner))
    // Withdrawn ones lead on too: what they joined is to be resolved again.
    const leading = ends.filter(({ partner, verdict }) => verdict !== 'not_same' && this.#links(partner))
    const byKey = Map.groupBy(leading, ({ key }) => key)
    return new Map([...byKey].map(([key, found]) => [key, found.map(({ partner }) => partner)]))
  }

  /** The partners of each identifier in scored links, of now or of before. */
  async #readScores(keys: readonly IdentifierKey[]): Promise<Map<IdentifierKey, IdentifierKey[]>> {
    const { policy, rescored } = this.#options
    const wanted = new Set(keys)
    const stored = await readScores(this.#tx, this.#existing(keys))
    const changed = [...rescored.scores].filter(([pair]) => pairOf(pair).some((key) => wanted.has(key)))
    const links = new Set<PairKey>()
    for (const [pair, score] of stored) {
      if (score.refused) this.refused.scored.add(pair)
      if (!rescored.scores.has(pair)) this.scored.set(pair, score)
      if (isLink(score, policy)) links.add(pair)
    }
    for (const [pair, { now }] of changed) {
      if (now === undefined) continue
      this.scored.set(pair, now)
      if (isLink(now, policy)) links.add(pair)
    }
    const ends = [...links].flatMap((pair) => {
      const [a, b] = pairOf(pair)
      return [
        { key: a, partner: b },
        { key: b, partner: a },
      ]
    })
    await this.#know(ends.map(({ partner }) => partner))
    const leading = ends.filter(({ partner }) => this.#links(partner) || this.#growsTo(partner))
    const byKey = Map.groupBy(leading, ({ key }) => key)
    return new Map([...byKey].map(([key, found]) => [key, found.map(({ partner }) => partner)]))
  }

  #links(key: IdentifierKey): boolean {
    return this.before.get(key)?.status === 'linking' || this.derived.get(key)?.status === 'linking'
  }

  /** The pairs of an identifier that count now: the stored ones, overlaid with what the batch touches. */
  #pairsOf(key: IdentifierKey, stored: readonly Neighbour[]): Map<PairKey, Seen> {
    const pairs = new Map<PairKey, Seen>()
    for (const { pair, seen, refused } of stored) {
      pairs.set(pair, seen)
      if (refused) this.refused.observed.add(pair)
    }
    for (const [pair, seen] of this.#options.news.pairs.get(key) ?? []) {
      if (seen === undefined) pairs.delete(pair)
      else pairs.set(pair, seen)
    }
    return pairs
  }

  #derive(key: IdentifierKey, pairs: ReadonlyMap<PairKey, Seen>): void {
    const { touched, news, overrides, policy } = this.#options
    if (!news.dirty.has(key)) {
      const { status, seen } = this.before.get(key) ?? { status: 'unsupported', seen: undefined }
      // As stored where the batch speaks of it: no neighbour is new, and none is forgotten.
      const neighbours = touched.before.identifiers.get(key)?.neighbours ?? none
      this.derived.set(key, { status, seen, neighbours })
      return
    }
    const { kind } = identifierOf(key)
    let seen = touched.alone.get(key)
    const neighbours = new Map<Kind, number>()
    for (const [pair, pairSeen] of pairs) {
      seen = joinSeen(seen, pairSeen)
      const other = otherKind(pair, key)
      if (isLimited(kind, other, policy)) neighbours.set(other, (neighbours.get(other) ?? 0) + 1)
    }
    this.derived.set(key, derivedOf(key, undefined, seen, neighbours, overrides, policy))
  }
}

function isAssertion(decision: Decision): decision is Assertion {
  return decision.decision === 'assertion'
}
