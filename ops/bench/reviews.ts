import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Score } from '../../src/evaluation/score.ts'
import { type Policy, parsePolicy } from '../../src/identity/policy.ts'
import { comparableOf } from '../../src/matching/comparable.ts'
import { defaultWeights } from '../../src/matching/default-weights.ts'
import { train } from '../../src/matching/train.ts'
import { benchmarkCommand, type CommonOptions, positive, whole } from './benchmark-command.ts'
import { machineOf } from './environment.ts'
import { retailWorld } from './retail-world.ts'
import { type Figures, mean, reviewsToBeat } from './review-figures.ts'
import { type Order, resolveBy, reviewRounds, scoreOf } from './review-rounds.ts'

interface Options extends CommonOptions {
  readonly people: number
  readonly reviews: number
  readonly noise: number
  readonly wrong: number
}

const POLICY_FILE = join(import.meta.dirname, '..', 'policy.yaml')
const QUICK = { people: 300, reviews: 50, runs: 1 }
const BATCH = 25
const SHOWN = [0, 25, 50, 100, 200, 400]

/** `npm run bench reviews`: what people's verdicts teach the model, and after how many it is better for good. */
export function reviewsBenchmark(): Command {
  return benchmarkCommand({
    name: 'reviews',
    description: 'how many reviews until the model beats the default, on generated retail; needs no stack',
    ...{ runs: 5, quick: `one world of ${QUICK.people} people, ${QUICK.reviews} reviews` },
  })
    .option('--people <n>', 'people of each world', positive, 2000)
    .option('--reviews <n>', `reviews in the end, in batches of ${BATCH}`, positive, 400)
    .option('--noise <n>', 'how often anything misleads', positive, 2)
    .option('--wrong <n>', 'verdicts of a hundred that are wrong', whole, 0)
    .action(async (options: Options) => {
      const chosen = options.quick ? { ...options, ...QUICK } : options
      const loadBefore = loadavg()[0] ?? 0
      const policy = parsePolicy(readFileSync(POLICY_FILE, 'utf8'))
      const worlds: Measured[] = []
      for (let seed = 1; seed <= chosen.runs; seed += 1) {
        worlds.push(await measure(seed, chosen, policy))
        console.info(`world ${seed}: reviewed`)
      }
      const result = {
        benchmark: 'reviews',
        environment: machineOf({ loadBefore }),
        ...summaryOf(worlds),
        ...sizesOf(chosen),
      }
      console.info(inWords(result).join('\n'))
      if (options.json) console.info(JSON.stringify(result))
    })
}

function sizesOf({ people, noise, wrong, runs }: Options) {
  return { people, noise, wrong, worlds: runs }
}

interface Measured {
  readonly default: Score
  /** Learned without labels. */
  readonly unsupervised: Score
  /** After so many reviews, in either order. */
  readonly rounds: Readonly<Record<Order, ReadonlyMap<number, Score>>>
}

async function measure(seed: number, { people, noise, wrong, reviews }: Options, policy: Policy): Promise<Measured> {
  const world = retailWorld({ people, seed, noise }, policy)
  const comparables = [...world.facts.records.values()].map((each) => comparableOf(each, policy.matching.traits))
  const learned = train(comparables, policy.matching).model
  const scored = async (model: typeof learned) => scoreOf(await resolveBy(model, world, policy), world)
  const rounds = (order: Order) =>
    reviewRounds(world, { policy, order, start: defaultWeights, learned, batch: BATCH, wrong, most: reviews })
  return {
    ...{ default: await scored(defaultWeights), unsupervised: await scored(learned) },
    rounds: { queue: await rounds('queue'), random: await rounds('random') },
  }
}

type Summary = ReturnType<typeof summaryOf>

function summaryOf(worlds: readonly Measured[]) {
  const [byDefault, unsupervised] = [
    mean(worlds.map((each) => each.default)),
    mean(worlds.map((each) => each.unsupervised)),
  ]
  const counts = [...(worlds[0]?.rounds.queue.keys() ?? [])]
  const curveOf = (order: Order): Point[] =>
    counts.map((reviews) => ({
      reviews,
      ...mean(worlds.flatMap(({ rounds }) => rounds[order].get(reviews) ?? [])),
    }))
  const [queue, random] = [curveOf('queue'), curveOf('random')]
  return {
    reviews_to_beat_default: reviewsToBeat(byDefault, queue),
    reviews_to_beat_unsupervised: reviewsToBeat(unsupervised, queue),
    random_to_beat_unsupervised: reviewsToBeat(unsupervised, random),
    ...{ default: byDefault, unsupervised, curve: { queue, random } },
  }
}

interface Point extends Figures {
  readonly reviews: number
}

function inWords(found: Summary): string[] {
  const line = (name: string, { f1, precision, b_cubed }: Figures) =>
    `${name.padEnd(28)} F1 ${f1.toFixed(4)}, precision ${precision.toFixed(4)}, B-cubed ${b_cubed.toFixed(4)}`
  const curve = (order: Order) =>
    found.curve[order]
      .filter(({ reviews }) => SHOWN.includes(reviews))
      .map((point) => line(`${point.reviews} reviews, ${order}`, point))
  const verdict = (name: string, reviews: number | null) =>
    reviews === null ? `never better than ${name} for good` : `better than ${name} for good from ${reviews} reviews on`
  return [
    line('default', found.default),
    line('learned without labels', found.unsupervised),
    ...[...curve('queue'), ...curve('random')],
    verdict('the default', found.reviews_to_beat_default),
    verdict('the one learned without labels', found.reviews_to_beat_unsupervised),
    `in random order ${verdict('that', found.random_to_beat_unsupervised)}`,
  ]
}
