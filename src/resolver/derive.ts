import type { Transaction } from '../graph/graph.ts'
import { readDecisions, type StoredIdentifier } from '../graph/identity-reads.ts'
import { decisionSubject } from '../identity/evidence.ts'
import { decisionsInForce, joinSeen, type Seen } from '../identity/facts.ts'
import { identifierOf, pairOf } from '../identity/keys.ts'
import type { Policy } from '../identity/policy.ts'
import { isLimited, statusOf } from '../identity/status.ts'
import type { IdentifierKey, Kind, PairKey, Status } from '../identity/types.ts'
import { type News, sameSeen } from './news.ts'
import type { Touched } from './touched.ts'

/** What follows from the evidence about one identifier, its customer left out. */
export interface Derived {
  readonly status: Status
  readonly seen: Seen | undefined
  /** See `:Identifier.neighbourCounts`: empty unless it links. */
  readonly neighbours: ReadonlyMap<Kind, number>
}

export const none: ReadonlyMap<Kind, number> = new Map()

/** The overrides in force about identifiers. */
export async function readOverrides(
  tx: Transaction,
  touched: Touched,
  keys: Iterable<IdentifierKey>,
): Promise<Map<IdentifierKey, 'block' | 'allow'>> {
  const subjects = touched.before.decided.anyOverride ? Iterator.from(keys).map((key) => `override ${key}`) : []
  const stored = await readDecisions(tx, subjects)
  // Of each subject what is decided now, else what was stored.
  const known = new Map([...stored, ...touched.decided.map((each) => [decisionSubject(each), each] as const)])
  return decisionsInForce(known.values()).overrides
}

/**
 * The identifiers with news as they are now where the batch only adds to them, from what was stored and what is new
 * alone: their pairs are not walked. Of those that stand on less, what is said here is not final.
 */
export function deriveGrown(
  touched: Touched,
  news: News,
  overrides: ReadonlyMap<IdentifierKey, 'block' | 'allow'>,
  policy: Policy,
): Map<IdentifierKey, Derived> {
  const derived = new Map<IdentifierKey, Derived>()
  for (const key of news.dirty) {
    const stored = touched.before.identifiers.get(key)
    const { kind } = identifierOf(key)
    let seen = joinSeen(stored?.seen, touched.alone.get(key))
    const neighbours = new Map(stored?.neighbours)
    for (const [pair, now] of news.pairs.get(key) ?? []) {
      seen = joinSeen(seen, now)
      if (now === undefined || touched.before.observed.get(pair)?.seen !== undefined) continue
      const other = otherKind(pair, key)
      if (isLimited(kind, other, policy)) neighbours.set(other, (neighbours.get(other) ?? 0) + 1)
    }
    const status = isSettled(key, touched, news) ? stored?.status : undefined
    derived.set(key, derivedOf(key, status, seen, neighbours, overrides, policy))
  }
  return derived
}

/** `settled`: the status it keeps, whatever its neighbours. */
export function derivedOf(
  key: IdentifierKey,
  settled: Status | undefined,
  seen: Seen | undefined,
  neighbours: ReadonlyMap<Kind, number>,
  overrides: ReadonlyMap<IdentifierKey, 'block' | 'allow'>,
  policy: Policy,
): Derived {
  if (seen === undefined) return { status: 'unsupported', seen, neighbours: none }
  const status = settled ?? statusOf(key, neighbours, overrides.get(key), policy)
  return { status, seen, neighbours: status === 'linking' ? neighbours : none }
}

/** Shared or blocked before, and the batch only adds to what it stands on: so it stays, and is never walked. */
function isSettled(key: IdentifierKey, { before }: Touched, news: News): boolean {
  const status = before.identifiers.get(key)?.status
  return (status === 'shared' || status === 'blocked') && !news.weakened.has(key) && !news.decided.has(key)
}

/**
 * Identifiers of no customer about which something is written: more than that pairs come to them from a customer's
 * identifiers. Of a pair between two of them the lesser is to be held: two workers would draw it twice.
 */
export function changedAlone(
  touched: Touched,
  news: News,
  derived: ReadonlyMap<IdentifierKey, Derived>,
): Set<IdentifierKey> {
  const { before, evidence } = touched
  const isAlone = (key: IdentifierKey) => {
    const stored = before.identifiers.get(key)
    return stored !== undefined && stored.customer === undefined
  }
  const changed = new Set<IdentifierKey>()
  for (const [key, stored] of before.identifiers) {
    if (!isAlone(key)) continue
    const now = derived.get(key)
    const stays = now === undefined || (isSettled(key, touched, news) && sameSeen(stored.seen, now.seen))
    if (!stays || saysMore(key, stored, touched)) changed.add(key)
  }
  for (const [pair, supports] of evidence.observed) {
    const [a, b] = pairOf(pair)
    if (isAlone(a) && isAlone(b) && !sameSupports(supports, before.observed.get(pair)?.supports)) changed.add(a)
  }
  return changed
}

function saysMore(key: IdentifierKey, { supports }: StoredIdentifier, { evidence }: Touched): boolean {
  return !sameSupports(evidence.identifiers.get(key), supports)
}

// A support is replaced when it changes, never altered: see joinSupports.
export function sameSupports<S>(a: ReadonlyMap<string, S> | undefined, b: ReadonlyMap<string, S> | undefined): boolean {
  return a?.size === b?.size && [...(a ?? [])].every(([key, support]) => b?.get(key) === support)
}

export function otherKind(pair: PairKey, key: IdentifierKey): Kind {
  const [a, b] = pairOf(pair)
  return identifierOf(a === key ? b : a).kind
}
