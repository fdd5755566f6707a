import type { Growth } from '../identity/join-customers.ts'
import { pairOf } from '../identity/keys.ts'
import type { Policy } from '../identity/policy.ts'
import type { Assertion, IdentifierKey, PairKey } from '../identity/types.ts'
import type { Derived } from './derive.ts'
import type { News } from './news.ts'
import { linkChange, newlyScored, relinked } from './relinked.ts'
import type { Rescored } from './rescore.ts'
import type { Touched } from './touched.ts'

/** What is known of a batch when it is decided which way each of its identifiers goes. */
export interface Growing {
  readonly touched: Touched
  readonly news: News
  /** See `deriveGrown`. */
  readonly grown: ReadonlyMap<IdentifierKey, Derived>
  /** Those in force that name an identifier of the batch or a member of its customers. */
  readonly assertions: ReadonlyMap<PairKey, Assertion>
  readonly rescored: Rescored
  readonly policy: Policy
}

/** Why an identifier's component must be resolved anew, by name: each answers the identifiers that it finds. */
export const SLOW_REASONS: Readonly<Record<string, (growing: Growing) => Iterable<IdentifierKey>>> = {
  /** It stands on less, or on something later. */
  weakened: ({ news }) => news.weakened,
  decided: ({ news }) => news.decided,
  /** A linking identifier stops linking. */
  unlinked: ({ touched, grown }) =>
    keysOf(grown).filter((key) => isLinking(touched, key) && grown.get(key)?.status !== 'linking'),
  /** It should have a customer: it was left unresolved, or stored under another policy. */
  orphaned: (growing) =>
    joining(growing)
      .values()
      .filter(
        (key) => isLinking(growing.touched, key) && growing.touched.before.identifiers.get(key)?.customer === undefined,
      ),
  /** A decision waited for it to link. */
  awaited: ({ touched, grown, assertions }) =>
    Iterator.from(assertions.values())
      .flatMap(({ a, b }) => [a, b])
      .filter((key) => grown.has(key) && !isLinking(touched, key)),
  /** A refused link that is earlier now may be the one that is followed. */
  earlier: ({ touched: { before, observed } }) =>
    Iterator.from(observed)
      .filter(([pair, seen]) => {
        const known = before.observed.get(pair)
        return known?.refused === true && known.seen?.firstSeen !== seen?.firstSeen
      })
      .flatMap(([pair]) => pairOf(pair)),
  /** A scored link is gone, or of another band: it is followed later or earlier than before. */
  rescored: ({ rescored, policy }) =>
    Iterator.from(rescored.scores)
      .filter(([, change]) => linkChange(change, policy) === 'other')
      .flatMap(([pair]) => pairOf(pair)),
}

/** What the batch adds, in the terms of the fast path. */
export function growthOf(growing: Growing, reasons = Object.values(SLOW_REASONS)): Growth {
  const { touched, news, grown, assertions, rescored, policy } = growing
  const { before, records } = touched
  const linking: Growth['linking'] = new Map(
    [...joining(growing)]
      .filter((key) => grown.get(key)?.status === 'linking' || isLinking(touched, key))
      .flatMap((key) => {
        const stored = before.identifiers.get(key)
        const seen = grown.get(key)?.seen ?? stored?.seen
        return seen === undefined ? [] : [[key, { seen, customer: stored?.customer }] as const]
      }),
  )
  const joins = (pair: PairKey) => pairOf(pair).every((key) => linking.has(key))
  const current = [...news.records].map((key) => records.get(key)?.current).filter((record) => record !== undefined)
  return {
    ...{ linking, assertions, records: current, customers: before.customers },
    links: [...newLinks(touched), ...newlyScored(rescored, policy)].filter(joins),
    slow: new Set(reasons.flatMap((find) => [...find(growing)])),
  }
}

/** Identifiers that the batch brings news of, or that a score links otherwise. */
function joining({ grown, rescored, policy }: Growing): Set<IdentifierKey> {
  return new Set([...grown.keys(), ...relinked(rescored, policy)])
}

/** Pairs that join what nothing joined before. */
function newLinks({ before, observed }: Touched): PairKey[] {
  return [...observed].flatMap(([pair, seen]) => {
    const isNew = seen !== undefined && before.observed.get(pair)?.seen === undefined
    return isNew ? [pair] : []
  })
}

function isLinking({ before }: Touched, key: IdentifierKey): boolean {
  return before.identifiers.get(key)?.status === 'linking'
}

function keysOf(grown: Growing['grown']): IteratorObject<IdentifierKey> {
  return Iterator.from(grown.keys())
}
