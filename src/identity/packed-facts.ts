import { bug } from '../errors.ts'
import { type RecordEvidence, type Supports, versionKey } from './evidence.ts'
import {
  type CurrentRecord,
  claimsOf,
  currentRecord,
  currentVersion,
  decisionsInForce,
  type Facts,
  joinSeen,
  type Seen,
  seenOf,
  type Withdrawn,
  withdrawnScopes,
} from './facts.ts'
import { identifierOf } from './keys.ts'
import { createNeighbourTable, type NeighbourTable } from './neighbour-table.ts'
import type { Policy } from './policy.ts'
import { type NeighbourCounts, statusOf } from './status.ts'
import type { Decision, IdentifierKey, RecordKey, Status } from './types.ts'

/** The number of an identifier, of a pair: its place in the order in which they were added. */
export type Ordinal = number

/** The pairs that count, in columns: place by place the numbers of both identifiers, and when they were seen. */
export interface PairColumns {
  readonly a: Ordinal[]
  readonly b: Ordinal[]
  readonly firstSeen: number[]
  readonly lastSeen: number[]
}

const NOBODY: NeighbourCounts = new Map()

export interface RecordNow {
  readonly current: CurrentRecord | undefined
  readonly claims: ReadonlySet<IdentifierKey>
  /** See `versionKey`; undefined where no version counts. */
  readonly version: string | undefined
}

/**
 * What the evidence says today of a whole graph: the same facts and statuses as `factsOf` and `statusesOf` answer, in
 * columns, so that millions fit in memory. Every decision is told at the start, then all records, then all
 * identifiers, then all pairs, in any order each; then `settle`.
 */
export class PackedFacts {
  readonly keys: IdentifierKey[] = []
  readonly pairs: PairColumns = { a: [], b: [], firstSeen: [], lastSeen: [] }
  readonly records = new Map<RecordKey, CurrentRecord>()
  readonly assertions: Facts['assertions']
  /** By the number of the identifier; after `settle`. */
  readonly statuses: Status[] = []
  readonly #overrides: Facts['overrides']
  readonly #policy: Policy
  readonly #withdrawn: Withdrawn
  readonly #claims = new Map<RecordKey, readonly IdentifierKey[]>()
  readonly #ordinals = new Map<IdentifierKey, Ordinal>()
  // Where nothing supports an identifier, infinite: no time is earlier, no day later.
  readonly #firstSeen: number[] = []
  readonly #lastSeen: number[] = []
  readonly #neighbours: NeighbourTable

  constructor(decisions: readonly Decision[], policy: Policy) {
    const { assertions, overrides } = decisionsInForce(decisions)
    this.assertions = assertions
    this.#overrides = overrides
    this.#withdrawn = withdrawnScopes(decisions)
    this.#policy = policy
    this.#neighbours = createNeighbourTable(policy)
  }

  /** Answers the record as it is now, what it claims, and which of its versions is the current one. */
  addRecord(record: RecordEvidence): RecordNow {
    const claims = claimsOf(record, this.#withdrawn)
    const current = currentRecord(record, this.#withdrawn)
    if (claims.size > 0) this.#claims.set(record.key, [...claims])
    if (current !== undefined) this.records.set(record.key, current)
    const version = currentVersion(record, this.#withdrawn)
    return { current, claims, version: version && versionKey(version) }
  }

  addIdentifier(key: IdentifierKey, supports: Supports): Ordinal {
    const ordinal = this.keys.push(key) - 1
    this.#ordinals.set(key, ordinal)
    this.#firstSeen.push(Number.POSITIVE_INFINITY)
    this.#lastSeen.push(Number.NEGATIVE_INFINITY)
    this.#neighbours.add(identifierOf(key).kind)
    this.#see(ordinal, this.#seen(supports, [key]))
    return ordinal
  }

  /** Answers when the pair was seen and, where anything supports it still, its number. */
  addObserved(
    keyA: IdentifierKey,
    keyB: IdentifierKey,
    supports: Supports,
  ): { seen: Seen | undefined; pair: Ordinal | undefined } {
    const seen = this.#seen(supports, [keyA, keyB])
    if (seen === undefined) return { seen, pair: undefined }
    const [a, b] = [this.#known(keyA), this.#known(keyB)]
    // Whoever was seen in company was seen.
    this.#see(a, seen)
    this.#see(b, seen)
    this.#neighbours.count(a, b)
    this.#neighbours.count(b, a)
    this.pairs.b.push(b)
    this.pairs.firstSeen.push(seen.firstSeen)
    this.pairs.lastSeen.push(seen.lastSeen)
    return { seen, pair: this.pairs.a.push(a) - 1 }
  }

  /** Derives the statuses, when everything is told. */
  settle(): void {
    this.#claims.clear()
    for (const [ordinal, key] of this.keys.entries()) {
      const status = () => statusOf(key, this.#neighbours.of(ordinal), this.#overrides.get(key), this.#policy)
      this.statuses.push(this.seenOf(ordinal) === undefined ? 'unsupported' : status())
    }
  }

  ordinalOf(key: IdentifierKey): Ordinal | undefined {
    return this.#ordinals.get(key)
  }

  seenOf(ordinal: Ordinal): Seen | undefined {
    const firstSeen = this.#firstSeen[ordinal] ?? Number.POSITIVE_INFINITY
    if (firstSeen === Number.POSITIVE_INFINITY) return undefined
    return { firstSeen, lastSeen: this.#lastSeen[ordinal] ?? bug('first seen and never last') }
  }

  /** How many neighbours it has of each kind that the policy limits for its own kind; empty unless it links. */
  neighboursOf(ordinal: Ordinal): NeighbourCounts {
    return this.statuses[ordinal] === 'linking' ? this.#neighbours.of(ordinal) : NOBODY
  }

  #known(key: IdentifierKey): Ordinal {
    return this.#ordinals.get(key) ?? bug('a pair of an identifier that was not told')
  }

  #see(ordinal: Ordinal, seen: Seen | undefined): void {
    const joined = joinSeen(this.seenOf(ordinal), seen)
    if (joined === undefined) return
    this.#firstSeen[ordinal] = joined.firstSeen
    this.#lastSeen[ordinal] = joined.lastSeen
  }

  #seen(supports: Supports, keys: readonly IdentifierKey[]): Seen | undefined {
    const currentClaims = (record: RecordKey) => ({
      has: (key: IdentifierKey) => this.#claims.get(record)?.includes(key) ?? false,
    })
    return seenOf(supports, keys, { withdrawn: this.#withdrawn, currentClaims })
  }
}
