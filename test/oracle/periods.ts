import { identifierOf, pairOf } from '../../src/identity/keys.ts'
import type { IdentifierKey, PairKey } from '../../src/identity/types.ts'
import { accountsContradict, type CannotLinkWorld } from './cannot-link.ts'
import type { SeenTimes } from './seen.ts'

interface Holder extends SeenTimes {
  readonly key: IdentifierKey
}

export interface OraclePeriod {
  /** Who stands for the identifier then: itself in the last period. */
  readonly name: IdentifierKey
  readonly key: IdentifierKey
  readonly holders: readonly Holder[]
}

const DAY = 86_400_000
const days = ({ firstSeen, lastSeen }: SeenTimes) => [Math.floor(firstSeen / DAY), lastSeen] as const

/** Every identifier that changed hands, with its periods in the order of time. */
export function periodsIn(
  linking: readonly IdentifierKey[],
  edges: ReadonlyMap<PairKey, SeenTimes>,
  world: CannotLinkWorld,
): OraclePeriod[][] {
  return linking
    .filter((key) => world.policy.kinds[identifierOf(key).kind]?.changesHands)
    .map((key) => cut(key, holdersOf(key, linking, edges, world), world))
    .filter((periods) => periods.length > 1)
}

function holdersOf(
  key: IdentifierKey,
  linking: readonly IdentifierKey[],
  edges: ReadonlyMap<PairKey, SeenTimes>,
  { records }: CannotLinkWorld,
): Holder[] {
  const neighbours = [...edges].flatMap(([pair, times]) => {
    const [a, b] = pairOf(pair)
    return a === key ? [{ key: b, ...times }] : b === key ? [{ key: a, ...times }] : []
  })
  return neighbours
    .filter((each) => linking.includes(each.key) && records.some(({ account }) => account === each.key))
    .sort((x, y) => (x.firstSeen === y.firstSeen ? (x.key < y.key ? -1 : 1) : x.firstSeen - y.firstSeen))
}

function cut(key: IdentifierKey, holders: readonly Holder[], world: CannotLinkWorld): OraclePeriod[] {
  const against = (x: Holder, y: Holder) => x !== y && accountsContradict(x.key, y.key, world)
  const atOnce = (x: Holder, y: Holder) => {
    const [[fromX, toX], [fromY, toY]] = [days(x), days(y)]
    return fromX <= toY && fromY <= toX
  }
  if (holders.some((x) => holders.some((y) => against(x, y) && atOnce(x, y)))) return []
  const periods: Holder[][] = []
  for (const holder of holders) {
    const present = periods.at(-1) ?? []
    const isOver = present.every((each) => days(each)[1] < days(holder)[0])
    if (present.length === 0 || (isOver && present.some((each) => against(each, holder)))) periods.push([holder])
    else present.push(holder)
  }
  return periods.map((each, index) => {
    const isLast = index === periods.length - 1
    return { key, holders: each, name: isLast ? key : (`${key}#${index}` as IdentifierKey) }
  })
}

/** The name that an identifier went by when an edge was first seen. */
export function nameAt(
  key: IdentifierKey,
  { firstSeen }: SeenTimes,
  all: readonly (readonly OraclePeriod[])[],
): IdentifierKey {
  const periods = all.find(([first]) => first?.key === key) ?? []
  const begun = periods.filter(
    ({ holders }, index) => index === 0 || (holders[0]?.firstSeen ?? Number.NaN) <= firstSeen,
  )
  return begun.at(-1)?.name ?? key
}
