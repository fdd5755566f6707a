import type { Facts } from './facts.ts'
import { compareKeys, identifierOf, pairKey, pairOf } from './keys.ts'
import type { Policy } from './policy.ts'
import type { IdentifierKey, Millis, PairKey, Status } from './types.ts'

/** What a model says of two accounts: the greatest probability over the pairs of their records. `a` < `b`. */
export interface ScoredLink {
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly probability: number
  /** Match weight in bits (log2 odds), prior included. */
  readonly weight: number
}

/** A reason to unite two identifiers. */
export interface Link {
  readonly type: 'same_as' | 'observed' | 'scored'
  readonly pair: PairKey
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly probability: number
}

interface Ranked extends Link {
  readonly band: number
  readonly at: Millis
}

/**
 * The links between linking identifiers in the order in which they are followed: what people asserted, by time;
 * then by band of probability; then by firstSeen, which scored links lack (they come last of their band); then
 * by keys. A total order, whatever the order of the facts.
 */
export function linksInOrder(
  facts: Pick<Facts, 'observed' | 'assertions'>,
  scored: readonly ScoredLink[],
  statuses: ReadonlyMap<IdentifierKey, Status>,
  policy: Policy,
): Link[] {
  const conducts = (a: IdentifierKey, b: IdentifierKey) =>
    statuses.get(a) === 'linking' && statuses.get(b) === 'linking'
  const links: Ranked[] = []
  for (const [pair, { at, verdict }] of facts.assertions) {
    const [a, b] = pairOf(pair)
    if (verdict === 'same' && conducts(a, b)) links.push({ type: 'same_as', pair, a, b, probability: 1, band: -1, at })
  }
  for (const [pair, { firstSeen }] of facts.observed) {
    const [a, b] = pairOf(pair)
    if (!conducts(a, b)) continue
    const probability = policy.linkProbability(identifierOf(a).kind, identifierOf(b).kind)
    links.push({ type: 'observed', pair, a, b, probability, band: policy.band(probability), at: firstSeen })
  }
  for (const { a, b, probability } of scored) {
    if (probability < policy.linkThreshold || !conducts(a, b)) continue
    const band = policy.band(probability)
    links.push({ type: 'scored', pair: pairKey(a, b), a, b, probability, band, at: Number.POSITIVE_INFINITY })
  }
  return links.sort(byStrength)
}

function byStrength(x: Ranked, y: Ranked): number {
  if (x.band !== y.band) return x.band - y.band
  // Not a difference: two infinities have none.
  if (x.at !== y.at) return x.at < y.at ? -1 : 1
  return compareKeys(x.a, y.a) || compareKeys(x.b, y.b)
}
