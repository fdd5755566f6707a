import { SelfsameError } from '../errors.ts'
import type { Graph } from '../graph/graph.ts'
import { readAllDecisions } from '../graph/rebuild-reads.ts'
import { countRecords, eachDescription } from '../graph/training-reads.ts'
import type { Description } from '../identity/facts.ts'
import type { Policy } from '../identity/policy.ts'
import type { Assertion, IdentifierKey, RecordKey } from '../identity/types.ts'
import { type Comparable, rememberedComparables } from '../matching/comparable.ts'
import { type Fold, foldOf } from '../matching/folds.ts'
import type { ReviewedPair } from '../matching/judge.ts'
import { blockOf } from '../matching/matching.ts'
import { type Lesson, teach } from '../matching/teach.ts'
import { type Training, train } from '../matching/train.ts'

export interface LearnOptions {
  readonly graph: Graph
  readonly policy: Policy
  /** Records to learn from, at most. Default 100,000, which takes some 1.7 GB. */
  readonly mostRecords?: number
  readonly onProgress?: (step: 'reading' | 'learning') => void
}

export interface Learned {
  readonly training: Training
  /** Records that say anything, of which a share may have been learned from. */
  readonly allRecords: number
  /** Pairs that people have reviewed and that were learned from. */
  readonly taught: number
  /** All pairs that people have reviewed and of which both sides say anything. */
  readonly reviewed: readonly (ReviewedPair & { readonly fold: Fold })[]
}

const MOST_RECORDS = 100_000
const LEAST_RECORDS = 100

/**
 * Learns weights from the graph's own records, without labels, and corrects them by the pairs that people have reviewed,
 * but those that are held out. Throws `too_few_records`.
 */
export async function learnWeights(options: LearnOptions): Promise<Learned> {
  const { graph, policy, mostRecords = MOST_RECORDS, onProgress } = options
  onProgress?.('reading')
  const assertions = (await readAllDecisions(graph)).filter(isVerdict)
  const { comparables, all, about } = await readRecords(graph, policy, mostRecords, assertions)
  if (comparables.length < LEAST_RECORDS) {
    throw new SelfsameError('too_few_records', `${comparables.length} records are too few to learn from`, {
      remedy: `the default model serves until there are ${LEAST_RECORDS}`,
    })
  }
  onProgress?.('learning')
  const unlabelled = train(comparables, { maxBlock: policy.matching.maxBlock, of: all })
  const reviewed = reviewedPairs(assertions, about)
  // A pair that judges teaches nothing: what was learned by heart says nothing of other pairs.
  const lessons = reviewed.filter(({ fold }) => fold !== 'held_out').map(lessonBy(policy))
  const training = { ...unlabelled, model: teach(unlabelled.model, lessons) }
  return { training, allRecords: all, taught: lessons.length, reviewed }
}

function isVerdict(decision: { readonly decision: string; readonly verdict: string }): decision is Assertion {
  return decision.decision === 'assertion' && decision.verdict !== 'withdrawn'
}

interface RecordsRead {
  readonly comparables: Comparable[]
  /** How many there are. */
  readonly all: number
  /** What is said about the accounts that people have judged. */
  readonly about: ReadonlyMap<IdentifierKey, readonly Description[]>
}

/** A share of the records, drawn by a digest of their keys: the same records, the same share. */
async function readRecords(
  graph: Graph,
  policy: Policy,
  most: number,
  assertions: readonly Assertion[],
): Promise<RecordsRead> {
  const all = await countRecords(graph)
  const limit = (2 ** 52 * most) / Math.max(most, all)
  const isDrawn = (key: RecordKey) => blockOf(key) < limit
  const judged = new Set(assertions.flatMap(({ a, b }) => [a, b]))
  const prepare = rememberedComparables(policy)
  const comparables: Comparable[] = []
  const about = new Map<IdentifierKey, Description[]>()
  await eachDescription(graph, (record) => {
    if (judged.has(record.account)) about.set(record.account, [...(about.get(record.account) ?? []), record])
    if (isDrawn(record.key)) comparables.push(prepare(record))
  })
  return { comparables, all, about }
}

function reviewedPairs(assertions: readonly Assertion[], about: RecordsRead['about']): Learned['reviewed'] {
  return assertions.flatMap(({ a, b, verdict }) => {
    const [one, other] = [about.get(a), about.get(b)]
    if (one === undefined || other === undefined) return []
    return [{ a: one, b: other, same: verdict === 'same', fold: foldOf({ a, b }) }]
  })
}

function lessonBy(policy: Policy): (pair: ReviewedPair) => Lesson {
  const prepare = rememberedComparables(policy)
  return ({ a, b, same }) => ({ a: a.map(prepare), b: b.map(prepare), same })
}
