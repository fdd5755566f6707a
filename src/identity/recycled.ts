import { dayOf } from './evidence.ts'
import type { CurrentRecord, Seen } from './facts.ts'
import { compareKeys, identifierOf, pairOf } from './keys.ts'
import type { Link } from './links.ts'
import { canonicalJson, type Policy } from './policy.ts'
import type { Day, IdentifierKey, Millis, PairKey, Status } from './types.ts'

/** When a customer had an identifier that passed from hand to hand. Days without an end are left out. */
export interface Tenure {
  readonly key: IdentifierKey
  /** The first day of its holders in this period; absent of the first period. */
  readonly since?: Day
  /** Their last; absent of the last period, which lasts. */
  readonly until?: Day
}

/** The time in which one holder, or several that may be one, had an identifier that passes from hand to hand. */
export interface Period {
  /** Stands for the identifier where links are followed; of the last period it is the identifier itself. */
  readonly vertex: IdentifierKey
  /** When its first holder was first seen with it; -Infinity of the first. */
  readonly from: Millis
  readonly tenure: Tenure
}

/** As it is stored: null where nothing changed hands. */
export function tenuresText(tenures: readonly Tenure[]): string | null {
  return tenures.length === 0 ? null : canonicalJson(tenures)
}

export function tenuresIn(text: string | null): Tenure[] {
  return text === null ? [] : (JSON.parse(text) as Tenure[])
}

interface Holder extends Seen {
  readonly account: IdentifierKey
}

interface Told {
  readonly observed: ReadonlyMap<PairKey, Seen>
  readonly statuses: ReadonlyMap<IdentifierKey, Status>
  readonly recordsOf: (account: IdentifierKey) => readonly CurrentRecord[]
}

interface Constraining {
  readonly policy: Policy
  readonly contradicts: (a: CurrentRecord, b: CurrentRecord) => boolean
}

/**
 * Identifiers that were given to somebody else, each cut into two periods or more: where a holder contradicts one of
 * before, and all of those were last seen with it on an earlier day. One that any two contradicting holders had at one time
 * is a family's and is not cut. Holders are the neighbours about which a record says something. A function of the component.
 */
export function recycledIdentifiers(told: Told, constraints: Constraining): Map<IdentifierKey, readonly Period[]> {
  const recycled = new Map<IdentifierKey, readonly Period[]>()
  for (const [key, holders] of holdersOf(told, constraints.policy)) {
    if (holders.length < 2) continue
    const periods = periodsOf(key, holders, (a, b) => {
      const others = told.recordsOf(b.account)
      return told.recordsOf(a.account).some((one) => others.some((other) => constraints.contradicts(one, other)))
    })
    if (periods.length > 1) recycled.set(key, periods)
  }
  return recycled
}

function holdersOf({ observed, statuses, recordsOf }: Told, { kinds }: Policy): Map<IdentifierKey, Holder[]> {
  const holders = new Map<IdentifierKey, Holder[]>()
  const changesHands = (key: IdentifierKey) => kinds[identifierOf(key).kind]?.changesHands === true
  for (const [pair, seen] of observed) {
    const [a, b] = pairOf(pair)
    if (statuses.get(a) !== 'linking' || statuses.get(b) !== 'linking') continue
    for (const [key, account] of [
      [a, b],
      [b, a],
    ] as const) {
      if (!changesHands(key) || recordsOf(account).length === 0) continue
      const holder = { account, ...seen }
      const known = holders.get(key)
      if (known === undefined) holders.set(key, [holder])
      else known.push(holder)
    }
  }
  return holders
}

function periodsOf(
  key: IdentifierKey,
  unordered: readonly Holder[],
  contradict: (a: Holder, b: Holder) => boolean,
): Period[] {
  const holders = unordered.toSorted((a, b) => a.firstSeen - b.firstSeen || compareKeys(a.account, b.account))
  const starts: { from: Millis; until: Day }[] = []
  let [from, until] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let present: Holder[] = []
  for (const [index, holder] of holders.entries()) {
    const against = holders.slice(0, index).filter((other) => contradict(other, holder))
    if (against.some(({ lastSeen }) => lastSeen >= dayOf(holder.firstSeen))) return []
    if (until < dayOf(holder.firstSeen) && present.some((other) => against.includes(other))) {
      starts.push({ from, until })
      ;[from, until, present] = [holder.firstSeen, Number.NEGATIVE_INFINITY, []]
    }
    until = Math.max(until, holder.lastSeen)
    present.push(holder)
  }
  return [...starts, { from, until }].map((period, index, { length }) => {
    const isLast = index === length - 1
    return {
      // A key has no tab.
      vertex: isLast ? key : (`${key}\t${index}` as IdentifierKey),
      from: period.from,
      tenure: {
        key,
        ...(index === 0 ? {} : { since: dayOf(period.from) }),
        ...(isLast ? {} : { until: period.until }),
      },
    }
  })
}

/**
 * The links in their order, those of recycled identifiers drawn to the period in which they were first seen: whoever was
 * seen with the number before and after stays with its former holder, and does not take the number along.
 */
export function linksByPeriod(
  links: readonly Link[],
  recycled: ReadonlyMap<IdentifierKey, readonly Period[]>,
  observed: ReadonlyMap<PairKey, Seen>,
): readonly Link[] {
  if (recycled.size === 0) return links
  const vertexAt = (key: IdentifierKey, time: Millis) =>
    recycled.get(key)?.findLast(({ from }) => from <= time)?.vertex ?? key
  return links.map((link) => {
    const seen = link.type === 'observed' ? observed.get(link.pair) : undefined
    if (seen === undefined) return link
    return { ...link, a: vertexAt(link.a, seen.firstSeen), b: vertexAt(link.b, seen.firstSeen) }
  })
}
