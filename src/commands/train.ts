import { SelfsameError } from '../errors.ts'
import type { Graph } from '../graph/graph.ts'
import { readChampion, saveChallenger } from '../graph/models.ts'
import { readAllDecisions } from '../graph/rebuild-reads.ts'
import { countRecords, eachDescription } from '../graph/training-reads.ts'
import type { Description } from '../identity/facts.ts'
import type { Matching, Rules } from '../identity/resolve.ts'
import type { Assertion, IdentifierKey, RecordKey } from '../identity/types.ts'
import type { BoostedTrees } from '../matching/boosted.ts'
import { type Comparable, comparableOf } from '../matching/comparable.ts'
import { type Judgement, judge } from '../matching/judge.ts'
import { blockOf, createMatching } from '../matching/matching.ts'
import { overWeights } from '../matching/model.ts'
import { modelText, parseModel } from '../matching/model-text.ts'
import { train as learn, type Training } from '../matching/train.ts'
import type { Fold } from '../matching/training-rows.ts'
import { type Rebuilt, rebuild, type Step } from '../resolver/rebuild/rebuild.ts'
import { reviewedPairs } from './reviewed-pairs.ts'

export interface TrainOptions {
  readonly graph: Graph
  readonly rules: Rules
  /** Whether to put the model in force and to score everything anew by it. */
  readonly apply: boolean
  /** Trees to lay over the weights that are learned: the challenger is both. */
  readonly trees?: BoostedTrees
  /** Records to learn from, at most. Default 100,000, which takes some 1.7 GB. */
  readonly mostRecords?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly onProgress?: (step: 'reading' | 'learning' | Step) => void
}

export interface Trained {
  readonly training: Training
  /** Records that say anything, of which a share may have been learned from. */
  readonly allRecords: number
  /** The name of what was learned: of the weights, or of trees over them. */
  readonly challenger: string
  /** The name of the model in force before. */
  readonly champion: string
  readonly reviewed: { readonly champion: Judgement; readonly challenger: Judgement }
  /** What a boosted challenger would change; undefined of weights, and where it is applied, refused or in force. */
  readonly shadow: Rebuilt | undefined
  /** What became of the graph; undefined where the model was not to be applied, or is in force already. */
  readonly applied: Rebuilt | undefined
}

export const MOST_RECORDS = 100_000
const LEAST_RECORDS = 100

/**
 * Learns a model from the graph's own records, without labels, and keeps it as the challenger. `apply`: puts it in force
 * and writes the difference in scores and customers. Throws `too_few_records`, and `model_worse` where people have
 * reviewed pairs and the challenger does worse on them than the model in force.
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { graph, rules, mostRecords = MOST_RECORDS, now = Date.now, onProgress = () => undefined } = options
  const assertions = (await readAllDecisions(graph)).filter(isVerdict)
  onProgress('reading')
  const { comparables, all, about } = await readRecords(graph, rules, mostRecords, assertions)
  if (comparables.length < LEAST_RECORDS) {
    throw new SelfsameError('too_few_records', `${comparables.length} records are too few to learn from`, {
      remedy: `the default model serves until there are ${LEAST_RECORDS}`,
    })
  }
  onProgress('learning')
  const training = learn(comparables, { maxBlock: rules.policy.matching.maxBlock, of: all })
  const model = options.trees === undefined ? training.model : overWeights(options.trees, training.model)
  const challenger = createMatching(model, rules.policy)
  const champion = await matchingInForce(graph, rules)
  const pairs = reviewedPairs(assertions, about).filter(({ fold }) => !learnedFrom(fold, options.trees))
  const { linkThreshold } = rules.policy
  const reviewed = {
    champion: await judge(champion, pairs, linkThreshold),
    challenger: await judge(challenger, pairs, linkThreshold),
  }
  const { name } = model
  await saveChallenger(graph, { name, text: modelText(model), at: now(), records: training.records })
  const known = { training, allRecords: all, challenger: name, champion: champion.model, reviewed }
  const rebuilding = { graph, rules, challenger: model, onRow: onProgress }
  if (champion.model === name) return { ...known, shadow: undefined, applied: undefined }
  if (!options.apply) {
    const shadow = options.trees === undefined ? undefined : await rebuild({ ...rebuilding, repair: false })
    return { ...known, shadow, applied: undefined }
  }
  refuseWorse(reviewed)
  return { ...known, shadow: undefined, applied: await rebuild({ ...rebuilding, repair: true }) }
}

/** Weights learn from no review; of trees that did, only what they were not shown can judge. */
function learnedFrom(fold: Fold, trees: BoostedTrees | undefined): boolean {
  return trees?.manifest.origins.reviewed !== undefined && fold !== 'held_out'
}

export function isVerdict(decision: { readonly decision: string; readonly verdict: string }): decision is Assertion {
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
export async function readRecords(
  graph: Graph,
  { policy }: Rules,
  most: number,
  assertions: readonly Assertion[],
): Promise<RecordsRead> {
  const all = await countRecords(graph)
  const limit = (2 ** 52 * most) / Math.max(most, all)
  const isDrawn = (key: RecordKey) => blockOf(key) < limit
  const judged = new Set(assertions.flatMap(({ a, b }) => [a, b]))
  const comparables: Comparable[] = []
  const about = new Map<IdentifierKey, Description[]>()
  await eachDescription(graph, (record) => {
    if (judged.has(record.account)) about.set(record.account, [...(about.get(record.account) ?? []), record])
    if (isDrawn(record.key)) comparables.push(comparableOf(record, policy.matching.traits))
  })
  return { comparables, all, about }
}

async function matchingInForce(graph: Graph, { policy, matching }: Rules): Promise<Matching> {
  const champion = await readChampion(graph)
  return champion === undefined ? matching : createMatching(parseModel(champion.text), policy)
}

function refuseWorse({ champion, challenger }: Trained['reviewed']): void {
  const falls = (['precision', 'recall'] as const).filter((figure) => challenger[figure] < champion[figure])
  if (falls.length === 0) return
  const figures = falls.map((figure) => `${figure} ${champion[figure].toFixed(3)} to ${challenger[figure].toFixed(3)}`)
  throw new SelfsameError(
    'model_worse',
    `on the ${champion.pairs} pairs that people have reviewed, the challenger falls behind: ${figures.join(', ')}`,
    { remedy: 'the model in force stays; review more pairs, or look at those that it gets wrong (selfsame why)' },
  )
}
