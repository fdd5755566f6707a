import { DAY, type Sighting, type Supports } from '../identity/evidence.ts'
import type { Seen } from '../identity/facts.ts'
import { compareKeys } from '../identity/keys.ts'
import { rememberedValues } from '../identity/remember.ts'
import type { Day, Kind } from '../identity/types.ts'

/** Supports as the graph keeps them: parallel lists, one entry a sighting, in the order of the supports. */
export interface StoredSupports {
  readonly supports: readonly string[] | null
  readonly firsts: readonly number[] | null
  readonly lasts: readonly number[] | null
  readonly recordeds: readonly number[] | null
}

export interface StoredSeen {
  readonly firstSeen: number | null
  readonly lastSeen: string | null
}

export function decodeSupports(stored: StoredSupports): Supports {
  const supports: Supports = new Map()
  for (const [index, key] of (stored.supports ?? []).entries()) {
    const sighting: Sighting = [Number(stored.firsts?.[index]), Number(stored.recordeds?.[index])]
    const before = supports.get(key)
    supports.set(key, {
      first: before?.first ?? sighting[0],
      last: Number(stored.lasts?.[index]),
      sightings: [...(before?.sightings ?? []), sighting],
    })
  }
  return supports
}

/** As parts of a row, see rows.ts. */
export function encodeSupports(supports: Supports) {
  const [keys, firsts, lasts, recordeds]: [string[], number[], number[], number[]] = [[], [], [], []]
  for (const [key, { last, sightings }] of [...supports].sort(([a], [b]) => compareKeys(a, b))) {
    for (const [at, recorded] of sightings) {
      keys.push(key)
      firsts.push(at)
      lasts.push(last)
      recordeds.push(recorded)
    }
  }
  return { supports: keys, firsts, lasts, recordeds }
}

export function decodeSeen({ firstSeen, lastSeen }: StoredSeen): Seen | undefined {
  return firstSeen === null || lastSeen === null ? undefined : seenAt(firstSeen, lastSeen)
}

/** `lastSeen` as an ISO date. */
export function seenAt(firstSeen: number, lastSeen: string): Seen {
  return { firstSeen, lastSeen: Date.parse(lastSeen) / DAY }
}

/** As parts of a row; null where nothing supports it. */
export function encodeSeen(seen: Seen | undefined) {
  return {
    firstSeen: seen?.firstSeen ?? null,
    lastSeen: seen === undefined ? null : isoDay(seen.lastSeen),
  }
}

/** How many neighbours of each kind: parallel lists, by kind; null for none. */
export interface StoredNeighbours {
  readonly neighbourKinds: readonly Kind[] | null
  readonly neighbourCounts: readonly number[] | null
}

export function decodeNeighbours({ neighbourKinds, neighbourCounts }: StoredNeighbours): Map<Kind, number> {
  return new Map((neighbourKinds ?? []).map((kind, index) => [kind, Number(neighbourCounts?.[index])]))
}

/** As parts of a row, see rows.ts. */
export function encodeNeighbours(neighbours: ReadonlyMap<Kind, number>) {
  if (neighbours.size === 0) return { neighbourKinds: null, neighbourCounts: null }
  const sorted = [...neighbours].sort(([a], [b]) => compareKeys(a, b))
  return { neighbourKinds: sorted.map(([kind]) => kind), neighbourCounts: sorted.map(([, count]) => count) }
}

/** A few years' worth. */
const DAYS_KEPT = 2000

/** `2026-01-31` of the days since the epoch. Those of a batch are few: they are kept. */
export const isoDay = rememberedValues((day: Day) => new Date(day * DAY).toISOString().slice(0, 10), DAYS_KEPT)

/** Labels that mean something else in the graph: an identifier of the kind `record` is no record. */
const TAKEN = new Set(
  'Identifier Record RecordVersion Customer FormerCustomer Changed Decision Assertion Override Withdrawal AuditEntry IngestOffset ResolverLock Unresolved'.split(
    ' ',
  ),
)

/** `pos_account` → `PosAccount`, `record` → `RecordIdentifier`: the label beside `:Identifier`. */
export function kindLabel(kind: Kind): string {
  const label = pascalCase(kind)
  return TAKEN.has(label) ? `${label}Identifier` : label
}

export function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
