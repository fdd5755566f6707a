import type { Components } from '../identity/components.ts'
import { pairKey } from '../identity/keys.ts'
import type { ScoredLink } from '../identity/links.ts'
import type { Ordinal, PackedFacts } from '../identity/packed-facts.ts'
import type { PairKey } from '../identity/types.ts'

/** A whole graph as one policy sees it. */
export interface Side {
  readonly facts: PackedFacts
  readonly scored: readonly ScoredLink[]
  /** Probability from which a scored pair is a link. */
  readonly linkThreshold: number
  readonly components: Components
}

/** Components of either side that hold the same identifiers, as far as those link. */
export interface AffectedGroup {
  readonly before: readonly number[]
  readonly after: readonly number[]
}

/**
 * The components that may hold other customers by the one policy than by the other: those of an identifier whose status
 * differs or of a scored pair that is a link on one side only or of another probability, with all that they overlap on the
 * other side. Both sides number the same identifiers alike. What it leaves out is the same on both.
 */
export function* affectedGroups(before: Side, after: Side): Generator<AffectedGroup> {
  const seen = [new Set<number>(), new Set<number>()] as const
  const sides = [before.components, after.components] as const
  for (const start of differing(before, after)) {
    const group: [number[], number[]] = [[], []]
    const waiting: Ordinal[] = [start]
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const side of [0, 1] as const) {
        const component = sides[side].componentOf(at)
        if (component < 0 || seen[side].has(component)) continue
        seen[side].add(component)
        group[side].push(component)
        for (const member of sides[side].membersOf(component)) waiting.push(member)
      }
    }
    if (group[0].length + group[1].length > 0) yield { before: group[0], after: group[1] }
  }
}

function* differing(before: Side, after: Side): Generator<Ordinal> {
  if (before.facts !== after.facts) {
    for (const [identifier, status] of before.facts.statuses.entries()) {
      if (status !== after.facts.statuses[identifier]) yield identifier
    }
  }
  const links = linksOf(before)
  for (const [pair, link] of linksOf(after)) {
    const was = links.get(pair)
    links.delete(pair)
    if (was?.probability !== link.probability) yield* endsOf(link, after.facts)
  }
  for (const link of links.values()) yield* endsOf(link, before.facts)
}

function linksOf({ scored, linkThreshold }: Side): Map<PairKey, ScoredLink> {
  const links = scored.filter(({ probability }) => probability >= linkThreshold)
  return new Map(links.map((link) => [pairKey(link.a, link.b), link]))
}

function* endsOf({ a, b }: ScoredLink, facts: PackedFacts): Generator<Ordinal> {
  for (const key of [a, b]) {
    const ordinal = facts.ordinalOf(key)
    if (ordinal !== undefined) yield ordinal
  }
}
