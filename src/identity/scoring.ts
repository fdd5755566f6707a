import { type ActiveBlocks, activeBlocks, type Block } from './active-blocks.ts'
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

/** Two records, in whatever order. */
export type RecordPair = readonly [Description, Description]

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
export async function scoredLinks(blocked: readonly BlockedRecord[], rules: ScoringRules): Promise<ScoredLink[]> {
  const accounts = Map.groupBy(blocked, ({ record }) => record.account)
  const active = activeBlocks(
    blocked.map(({ blocks }) => blocks),
    rules.policy.matching.maxBlock,
  )
  const links = await scoredAmong(proposedPairs(active, blocked, accounts), accounts, active.isActive, rules)
  return links.sort((x, y) => compareKeys(x.a, y.a) || compareKeys(x.b, y.b))
}

/** The pairs of accounts that a block proposes, each once. */
function* proposedPairs(active: ActiveBlocks, blocked: readonly BlockedRecord[], accounts: Accounts) {
  const several = new Set<PairKey>()
  for (const { a, b } of active.pairs()) {
    const [one, other] = [blocked[a], blocked[b]]
    if (one === undefined || other === undefined || one.record.account === other.record.account) continue
    const pair = pairKey(one.record.account, other.record.account)
    const alone = accounts.get(one.record.account)?.length === 1 && accounts.get(other.record.account)?.length === 1
    if (!alone && several.has(pair)) continue
    if (!alone) several.add(pair)
    yield pair
  }
}

/** Pairs of records that are scored at once, about: memory stays bounded, and a model that likes batches has one. */
const BATCH = 4096

/** What the model says of these pairs of accounts: those below the review threshold, or that nothing proposes, are left out. */
export async function scoredAmong(
  pairs: Iterable<PairKey>,
  accounts: Accounts,
  isActive: (block: Block) => boolean,
  rules: ScoringRules,
): Promise<ScoredLink[]> {
  const links: ScoredLink[] = []
  let waiting: Meeting[] = []
  let records: RecordPair[] = []
  const score = async () => {
    const opinions = await rules.matching.score(records)
    let from = 0
    for (const meeting of waiting) {
      const link = linkOf(meeting, opinions.slice(from, from + meeting.proposed), rules)
      if (link !== undefined) links.push(link)
      from += meeting.proposed
    }
    waiting = []
    records = []
  }
  for (const pair of pairs) {
    const meeting = meetingOf(pair, accounts, isActive)
    waiting.push(meeting)
    for (const proposed of meeting.records.slice(0, meeting.proposed)) records.push(proposed)
    if (records.length >= BATCH) await score()
  }
  await score()
  return links
}

/** Every pair of two accounts' records, first those that share an active block. */
interface Meeting {
  readonly pair: PairKey
  readonly records: readonly RecordPair[]
  readonly proposed: number
}

function meetingOf(pair: PairKey, accounts: Accounts, isActive: (block: Block) => boolean): Meeting {
  const [a, b] = pairOf(pair)
  const proposed: RecordPair[] = []
  const others: RecordPair[] = []
  for (const { record: one, blocks } of accounts.get(a) ?? []) {
    for (const { record: other, blocks: theirs } of accounts.get(b) ?? []) {
      const isProposed = blocks.some((block) => theirs.includes(block) && isActive(block))
      if (isProposed) proposed.push([one, other])
      else others.push([one, other])
    }
  }
  return { pair, records: others.length === 0 ? proposed : [...proposed, ...others], proposed: proposed.length }
}

function linkOf(
  { pair, records }: Meeting,
  opinions: readonly (Opinion | undefined)[],
  { policy, matching }: ScoringRules,
): ScoredLink | undefined {
  let best: Opinion | undefined
  for (const opinion of opinions) {
    if (opinion?.contradicts) return undefined
    if (opinion !== undefined && (best === undefined || opinion.weight > best.weight)) best = opinion
  }
  if (best === undefined || best.probability < policy.reviewThreshold) return undefined
  // What the model had no opinion on may be two people's all the same.
  const unscored = records.filter((_, index) => opinions[index] === undefined)
  if (unscored.some(([one, other]) => matching.contradicts(one, other))) return undefined
  const [a, b] = pairOf(pair)
  return { a, b, probability: best.probability, weight: best.weight }
}
