import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { readTrees } from '../../src/commands/read-trees.ts'
import type { Score } from '../../src/evaluation/score.ts'
import type { GenerateOptions } from '../../src/generator/generate.ts'
import { factsOf } from '../../src/identity/facts.ts'
import { type Policy, parsePolicy } from '../../src/identity/policy.ts'
import { type Matching, withoutModel } from '../../src/identity/resolve.ts'
import type { BoostedTrees } from '../../src/matching/boosted.ts'
import { candidatesOf } from '../../src/matching/candidates.ts'
import { type Comparable, comparableOf } from '../../src/matching/comparable.ts'
import { defaultWeights } from '../../src/matching/default-weights.ts'
import { createMatching } from '../../src/matching/matching.ts'
import { overWeights } from '../../src/matching/model.ts'
import { type Training, train } from '../../src/matching/train.ts'
import type { WeightsModel } from '../../src/matching/weights.ts'
import { accuracyPage } from './accuracy-page.ts'
import { crossedAccuracy, type Learned } from './crossed-accuracy.ts'
import { machineOf } from './environment.ts'
import { round } from './in-words.ts'
import { type LabelledSet, readSet, scoreOf, setsIn } from './labelled-set.ts'
import { retailWorld } from './retail-world.ts'

interface Options {
  readonly data: string
  readonly model?: string
  readonly page?: string
  readonly generated?: true
  readonly crossed?: true
  readonly json?: true
}

/** What one set came to. */
export interface SetAccuracy {
  readonly set: string
  readonly records: number
  /** Exact identifiers alone; the shipped weights; weights learned from the set's own records, without its truth. */
  readonly exact: Score
  readonly default: Score
  readonly trained: Score
  /** The trees of `--model` over those weights. */
  readonly boosted: Score | undefined
  readonly blocking: Blocking
  readonly training: { readonly seconds: number; readonly converged: boolean; readonly iterations: number }
}

interface Blocking {
  readonly candidates: number
  /** Share of all pairs that need not be compared. */
  readonly reduction_ratio: number
  /** Share of the true pairs of records that are compared. */
  readonly pairs_completeness: number
}

const POLICY_FILE = join(import.meta.dirname, '..', 'policy.yaml')

/** `npm run bench accuracy -- --data DIR`: how well the default policy does on records whose truth is known. */
export function accuracyBenchmark(): Command {
  return new Command('accuracy')
    .description('how well the default policy does on sets of records whose truth is known; needs no stack')
    .requiredOption('--data <dir>', 'a folder of sets: truth.csv, and observations.ndjson or records.csv')
    .option('--model <dir>', 'a boosted model (see ops/model), laid over the trained weights of each set')
    .option('--generated', 'made-up retailers as well, some of them twice as noisy')
    .option('--crossed', 'score each set by the levels learned from each other one, too')
    .option('--page <file>', 'write the page as well')
    .option('--json', 'print one object on the last line')
    .action(async ({ data, model, generated, crossed: isCrossed, page, json }: Options) => {
      const loadBefore = loadavg()[0] ?? 0
      const policy = parsePolicy(readFileSync(POLICY_FILE, 'utf8'))
      const trees = model === undefined ? undefined : readTrees(model)
      const sets: SetAccuracy[] = []
      const learned: Learned[] = []
      for (const read of readers(data, generated ? GENERATED : [], policy)) {
        const set = await read()
        const { model: weights, ...found } = await accuracyOf(set, policy, trees)
        sets.push(found)
        if (isCrossed) learned.push({ set, weights })
        console.info(inWords(found))
      }
      const crossed = await crossedAccuracy(learned, policy, console.info)
      const environment = machineOf({ loadBefore })
      const result = { benchmark: 'accuracy', environment, model: trees?.manifest.name, sets, crossed }
      if (page !== undefined) writeFileSync(page, accuracyPage(result))
      if (json) console.info(JSON.stringify(result))
    })
}

/** Made-up retailers, as noisy as the generator's files are by default, and twice as noisy. */
const GENERATED: readonly GenerateOptions[] = [
  { people: 1500, seed: 3, noise: 1 },
  { people: 1500, seed: 4, noise: 2 },
  { people: 1500, seed: 5, noise: 2 },
]

/** One set after another is in memory while it is measured, where none is needed again. */
function readers(data: string, generated: readonly GenerateOptions[], policy: Policy): (() => Promise<LabelledSet>)[] {
  return [
    ...setsIn(data).map((name) => () => readSet(data, name, policy)),
    ...generated.map((options) => async (): Promise<LabelledSet> => {
      const { evidence, truth } = retailWorld(options, policy)
      return { name: `made-up ${options.seed}, noise ${options.noise}`, evidence, truth, judges: 'identifiers' }
    }),
  ]
}

async function accuracyOf(
  set: LabelledSet,
  policy: Policy,
  trees: BoostedTrees | undefined,
): Promise<SetAccuracy & { readonly model: WeightsModel }> {
  const records = [...factsOf(set.evidence).records.values()]
  const comparables = records.map((record) => comparableOf(record, policy.matching.traits))
  const start = performance.now()
  const training = train(comparables, policy.matching)
  const seconds = (performance.now() - start) / 1000
  const scored = (matching: Matching) => scoreOf(set, policy, matching)
  return {
    ...{ set: set.name, records: records.length },
    exact: await scored(withoutModel),
    default: await scored(createMatching(defaultWeights, policy)),
    trained: await scored(createMatching(training.model, policy)),
    boosted: trees && (await scored(createMatching(overWeights(trees, training.model), policy))),
    blocking: blockingOf(
      set,
      records.map(({ id, account }) => (set.judges === 'records' ? id : account)),
      comparables,
      policy,
    ),
    training: trainingInShort(training, seconds),
    model: training.model,
  }
}

/** `things`: what the truth calls each record. */
function blockingOf(
  { truth }: LabelledSet,
  things: readonly string[],
  comparables: readonly Comparable[],
  policy: Policy,
): Blocking {
  const entities = things.map((thing) => truth.get(thing))
  const sizes = new Map<string, number>()
  for (const entity of entities) if (entity !== undefined) sizes.set(entity, (sizes.get(entity) ?? 0) + 1)
  const truePairs = sizes.values().reduce((sum, size) => sum + pairsOf(size), 0)
  let [count, found] = [0, 0]
  for (const { a, b } of candidatesOf(comparables, policy.matching.maxBlock).pairs) {
    count += 1
    if (entities[a] !== undefined && entities[a] === entities[b]) found += 1
  }
  return {
    candidates: count,
    reduction_ratio: round(1 - count / pairsOf(things.length)),
    pairs_completeness: truePairs === 0 ? 1 : round(found / truePairs),
  }
}

function trainingInShort({ converged, iterations }: Training, seconds: number): SetAccuracy['training'] {
  return { seconds: round(seconds), converged, iterations }
}

function pairsOf(count: number): number {
  return (count * (count - 1)) / 2
}

function inWords({ set, exact, default: shipped, trained, boosted, blocking }: SetAccuracy): string {
  const figures = (name: string, { pairwise, b_cubed }: Score) =>
    `${name} ${pairwise.f1.toFixed(4)} (precision ${pairwise.precision.toFixed(4)}, B-cubed ${b_cubed.f1.toFixed(4)})`
  return [
    `${set}: pairwise F1 ${figures('exact', exact)}, ${figures('default', shipped)}, ${figures('trained', trained)}${boosted === undefined ? '' : `, ${figures('boosted', boosted)}`};`,
    `${blocking.candidates.toLocaleString('en')} candidates hold ${blocking.pairs_completeness} of the true pairs`,
  ].join(' ')
}
