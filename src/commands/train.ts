import { SelfsameError } from '../errors.ts'
import type { Graph } from '../graph/graph.ts'
import { readChampion, saveChallenger } from '../graph/models.ts'
import type { Matching, Rules } from '../identity/resolve.ts'
import type { BoostedTrees } from '../matching/boosted.ts'
import { type Judgement, judge } from '../matching/judge.ts'
import { createMatching } from '../matching/matching.ts'
import { overWeights } from '../matching/model.ts'
import { modelText, parseModel } from '../matching/model-text.ts'
import { type Rebuilt, rebuild, type Step } from '../resolver/rebuild/rebuild.ts'
import { type Learned, type LearnOptions, learnWeights } from './learn-weights.ts'

export interface TrainOptions extends Pick<LearnOptions, 'mostRecords'> {
  readonly graph: Graph
  readonly rules: Rules
  /** Whether to put the model in force and to score everything anew by it. */
  readonly apply: boolean
  /** To lay over the weights that are learned. */
  readonly trees?: BoostedTrees
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  readonly onProgress?: (step: 'reading' | 'learning' | Step) => void
}

export interface Trained extends Omit<Learned, 'reviewed'> {
  /** The name of what was learned: of the weights, or of trees over them. */
  readonly challenger: string
  /** The name of the model in force before. */
  readonly champion: string
  /** By pairs that taught neither. Undefined where the model in force cannot be read: then nothing is judged. */
  readonly judged: Judged | undefined
  /** What a boosted challenger would change; undefined of weights, and where it is applied or in force. */
  readonly shadow: Rebuilt | undefined
  /** What became of the graph; undefined where the model was not to be applied, or is in force already. */
  readonly applied: Rebuilt | undefined
}

interface Judged {
  readonly champion: Judgement
  readonly challenger: Judgement
}

/**
 * Learns a model from the graph's own records and from reviewed pairs, judges it by those that are held out, and keeps it
 * as the challenger; trees laid over it are scored in shadow. `apply`: puts it in force and writes the difference in scores
 * and customers. Throws `too_few_records`, and `model_worse` where the challenger does worse on the pairs held out than the
 * model in force.
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { graph, rules, trees, now = Date.now, onProgress = () => undefined } = options
  const { reviewed, ...learned } = await learnWeights({ ...options, policy: rules.policy, onProgress })
  const { model: weights, records } = learned.training
  const model = trees === undefined ? weights : overWeights(trees, weights)
  const { name } = model
  const champion = await matchingInForce(graph, rules)
  const heldOut = reviewed.filter(({ fold }) => fold === 'held_out')
  const judgeBy = (matching: Matching) => judge(matching, heldOut, rules.policy.linkThreshold)
  const judged = champion.matching && {
    champion: await judgeBy(champion.matching),
    challenger: await judgeBy(createMatching(model, rules.policy)),
  }
  await saveChallenger(graph, { name, text: modelText(model), at: now(), records })
  const known = { ...learned, challenger: name, champion: champion.name, judged }
  const rebuilding = { graph, rules, challenger: model, onRow: onProgress }
  if (judged !== undefined && champion.name === name) return { ...known, shadow: undefined, applied: undefined }
  if (!options.apply) {
    const shadow = trees === undefined ? undefined : await rebuild({ ...rebuilding, repair: false })
    return { ...known, shadow, applied: undefined }
  }
  if (judged !== undefined) refuseWorse(judged)
  return { ...known, shadow: undefined, applied: await rebuild({ ...rebuilding, repair: true }) }
}

interface InForce {
  readonly name: string
  /** Undefined where it cannot be read: training is what mends that. */
  readonly matching: Matching | undefined
}

async function matchingInForce(graph: Graph, { policy, matching }: Rules): Promise<InForce> {
  const champion = await readChampion(graph)
  if (champion === undefined) return { name: matching.model, matching }
  try {
    return { name: champion.name, matching: createMatching(parseModel(champion.text), policy) }
  } catch (error) {
    if (error instanceof SelfsameError && error.code === 'model_invalid')
      return { name: champion.name, matching: undefined }
    throw error
  }
}

function refuseWorse({ champion, challenger }: Judged): void {
  const falls = (['precision', 'recall'] as const).filter((figure) => challenger[figure] < champion[figure])
  if (falls.length === 0) return
  const figures = falls.map((figure) => `${figure} ${champion[figure].toFixed(3)} to ${challenger[figure].toFixed(3)}`)
  throw new SelfsameError(
    'model_worse',
    `on the ${champion.pairs} reviewed pairs that were held out, the challenger falls behind: ${figures.join(', ')}`,
    { remedy: 'the model in force stays; review more pairs, or look at those that it gets wrong (selfsame why)' },
  )
}
