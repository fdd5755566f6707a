import { activeBlocks, type Block } from './active-blocks.ts'
import type { Description } from './facts.ts'
import { compareKeys, pairKey, pairOf } from './keys.ts'
import type { ScoredLink } from './links.ts'
import type { Matching, Rules } from './resolve.ts'
import type { IdentifierKey, PairKey } from './types.ts'

/** What a model says of two records. */
export interface Opinion {
  readonly probability: number
  /** Match weight in bits (log2 odds), prior included. */
  readonly weight: number
  /** Whether they are two people's, whatever else may join them. */
  readonly contradicts: boolean
}

/** What a record says, with the blocks it is in. */
export interface BlockedRecord {
  readonly record: Description
  readonly blocks: readonly Block[]
}

export function blockedRecords(records: Iterable<Description>, matching: Matching): BlockedRecord[] {
  return Iterator.from(records)
    .map((record) => ({ record, blocks: matching.blocksOf(record) }))
    .toArray()
}

type ScoringRules = Pick<Rules, 'policy' | 'matching'>

/** The records of each account with their blocks. */
export type Accounts = ReadonlyMap<IdentifierKey, readonly BlockedRecord[]>

/**
 * Every pair of accounts that the model scores alike, from the review threshold on: the greatest probability over the
 * pairs of their records that share an active block, unless a pair of their records contradicts. A function of the
 * records, in whatever order they come; sorted by keys.
 */
export function scoredLinks(blocked: readonly BlockedRecord[], rules: ScoringRules): ScoredLink[] {
  const accounts = Map.groupBy(blocked, ({ record }) => record.account)
  const active = activeBlocks(
    blocked.map(({ blocks }) => blocks),
    rules.policy.matching.maxBlock,
  )
  const links: ScoredLink[] = []
  const several = new Set<PairKey>()
  for (const { a, b } of active.pairs()) {
    const [one, other] = [blocked[a], blocked[b]]
    if (one === undefined || other === undefined || one.record.account === other.record.account) continue
    const pair = pairKey(one.record.account, other.record.account)
    const alone = accounts.get(one.record.account)?.length === 1 && accounts.get(other.record.account)?.length === 1
    if (!alone && several.has(pair)) continue
    if (!alone) several.add(pair)
    const link = scoredLink(pair, accounts, active.isActive, rules)
    if (link !== undefined) links.push(link)
  }
  return links.sort((x, y) => compareKeys(x.a, y.a) || compareKeys(x.b, y.b))
}

/** What the model says of two accounts; undefined below the review threshold, or where nothing proposes them. */
export function scoredLink(
  pair: PairKey,
  accounts: Accounts,
  isActive: (block: Block) => boolean,
  { policy, matching }: ScoringRules,
): ScoredLink | undefined {
  const [a, b] = pairOf(pair)
  let best: Opinion | undefined
  const unscored: [Description, Description][] = []
  for (const { record: one, blocks } of accounts.get(a) ?? []) {
    for (const { record: other, blocks: others } of accounts.get(b) ?? []) {
      const proposed = blocks.some((block) => others.includes(block) && isActive(block))
      const opinion = proposed ? matching.score(one, other) : undefined
      if (opinion === undefined) unscored.push([one, other])
      else if (opinion.contradicts) return undefined
      else if (best === undefined || opinion.weight > best.weight) best = opinion
    }
  }
  if (best === undefined || best.probability < policy.reviewThreshold) return undefined
  if (unscored.some(([one, other]) => matching.contradicts(one, other))) return undefined
  return { a, b, probability: best.probability, weight: best.weight }
}
