import { join } from 'node:path'
import type { Command } from 'commander'
import { readTrees } from '../../src/commands/read-trees.ts'
import { activeBlocks } from '../../src/identity/active-blocks.ts'
import { addObservation, emptyEvidence } from '../../src/identity/evidence.ts'
import { factsOf } from '../../src/identity/facts.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Matching } from '../../src/identity/resolve.ts'
import { blockedRecords, type RecordPair } from '../../src/identity/scoring.ts'
import { defaultWeights } from '../../src/matching/default-weights.ts'
import { createMatching } from '../../src/matching/matching.ts'
import { overWeights } from '../../src/matching/model.ts'
import { loadPolicy } from '../../src/rules.ts'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { startBenchWorker } from './bench-worker.ts'
import { benchmarkCommand, type CommonOptions, positive } from './benchmark-command.ts'
import { runCommand } from './command-run.ts'
import { type Ground, openGround } from './ground.ts'
import { count, round } from './in-words.ts'
import { median } from './median.ts'
import { nextOf } from './next-of.ts'
import { emptyGraph } from './raw-cypher.ts'
import { type RecordStream, recordMessages, recordObservations } from './record-messages.ts'
import { TOPIC, untilCommitted } from './until-committed.ts'
import { untilNoFaster } from './until-no-faster.ts'

interface Options extends CommonOptions {
  readonly records: number
  readonly largest: number
}

const QUICK = { records: 10_000, largest: 20_000, runs: 1 }
/** Records that the worker is told before the clock runs. */
const START = 2000
/** Who tells while the store grows warm; forgotten afterwards. */
const OTHER_PEOPLE = 6
const LONGEST_WARM_UP = 1_000_000
const WARM_UP_PART = 100_000
/** Records told while the cost of one is measured, on either side. */
const WINDOW = 20_000
/** Messages handed to Kafka at once. */
const PAGE = 5000
/** Records of which candidate pairs are compared. */
const COMPARED_RECORDS = 20_000
const TREES = join(import.meta.dirname, '..', 'model', 'shipped')

/** `npm run bench matching`: records with traits through a worker that matches them; comparing; learning. */
export function matchingBenchmark(): Command {
  return benchmarkCommand({
    name: 'matching',
    description:
      'records with traits through a worker that matches them, as the graph grows; comparing pairs; training',
    ...{ runs: 3, quick: `one run, ${count(QUICK.records)} records and ${count(QUICK.largest)} at last` },
  })
    .option('--records <n>', 'records told, of which the rate is taken', positive, 100_000)
    .option('--largest <n>', 'records told in the end, for the growth of what one costs', positive, 1_000_000)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, options: Options): Promise<Outcome> {
  const { say } = bench
  const ground = await openGround(bench)
  const { records, largest, runs } = options.quick ? { ...options, ...QUICK } : options
  const policy = loadPolicy(bench.config)
  const comparing = pairsCompared(policy)
  const { first, small, large, trained } = await stream({ ground, policy, records, largest, comparing })
  // Afterwards: a store that has just been started compiles on both cores for minutes.
  const pairs = await rates(runs, comparing)
  say(`comparing: ${count(median(pairs))} pairs/s on one core (median of ${runs})`)
  const boosted = await rates(runs, pairsBoosted(policy))
  say(`by the boosted model, comparing included: ${count(median(boosted))} pairs/s (median of ${runs})`)
  const growth = round(large.ms / small.ms)
  say(`${count(first)} records/s; a record costs ${growth} times as much after ${count(largest)}`)
  return {
    result: {
      ...{ benchmark: 'matching', environment: ground.environment },
      ...{ records_per_s: Math.round(first), growth, pairs_per_s: Math.round(median(pairs)) },
      boosted_pairs_per_s: Math.round(median(boosted)),
      ...{ train_s: round(trained.seconds), train_rss_mb: trained.rss === undefined ? null : Math.round(trained.rss) },
      ...{ records, largest, trained_on: trained.records, pairs_runs: pairs.map(Math.round) },
      boosted_runs: boosted.map(Math.round),
      ms_a_record: [small, large].map(({ ms }) => round(ms)),
      pairs_per_s_beside: [small, large].map(({ pairs }) => Math.round(pairs)),
    },
    missed: undefined,
  }
}

interface OnGround {
  readonly ground: Ground
  readonly policy: Policy
}

interface Streamed {
  /** Records a second, of the first `records`. */
  readonly first: number
  /** A window that ends at `records`, and one that ends at `largest`. */
  readonly small: Cost
  readonly large: Cost
  readonly trained: { readonly seconds: number; readonly rss: number | undefined; readonly records: number }
}

interface Cost {
  /** Milliseconds a record. */
  readonly ms: number
  /** Pairs compared a second, before and after: a hint of whether the machine was another one an hour later. */
  readonly pairs: number
}

/** One graph that grows, from nothing, in a store that is warm. */
async function stream({
  records,
  largest,
  comparing,
  ...on
}: OnGround & {
  readonly records: number
  readonly largest: number
  readonly comparing: Comparing
}): Promise<Streamed> {
  const { bench, graph } = on.ground
  await telling(
    { ...on, name: 'warm-up' },
    { count: LONGEST_WARM_UP, part: WARM_UP_PART, seed: OTHER_PEOPLE },
    async (tell) => {
      const round = Math.floor(Math.min(WINDOW, records) / 2)
      const work = async () => ({ perSecond: round / (await tell(round)) })
      await untilNoFaster({ what: 'the store', unit: 'records', work, say: bench.say })
    },
  )
  await emptyGraph(graph)
  return await telling({ ...on, name: 'matching' }, { count: largest, part: records }, async (tell) => {
    const window = Math.min(WINDOW, Math.floor(records / 2))
    const measure = async (): Promise<Cost> => {
      const before = await perSecond(comparing)
      const ms = (1000 * (await tell(window))) / window
      return { ms, pairs: (before + (await perSecond(comparing))) / 2 }
    }
    await tell(START)
    const before = await tell(records - window - START)
    const small = await measure()
    const seconds = before + (small.ms * window) / 1000
    bench.say(`  ${count(records)} records told in ${seconds.toFixed(1)} s`)
    const trained = await trainOn(bench)
    for (let left = largest - records - window; left > 0; left -= WINDOW) await tell(Math.min(WINDOW, left))
    return { first: (records - START) / seconds, small, large: await measure(), trained }
  })
}

async function trainOn(bench: Bench): Promise<Streamed['trained']> {
  const { seconds, rss, output } = await runCommand(bench, ['train', '--json'])
  const records: number = JSON.parse(output).training.records
  bench.say(`  trained on ${count(records)} in ${seconds.toFixed(1)} s, ${Math.round(rss ?? 0)} MB`)
  return { seconds, rss, records }
}

/** Tells the next so many records to a worker; seconds from the moment at which Kafka holds them until all are committed. */
type Tell = (more: number) => Promise<number>

/** Runs a worker of its own, and tells it of a stream. */
async function telling<T>(
  { ground: { bench, kafka }, policy, name }: OnGround & { readonly name: string },
  stream: Omit<RecordStream, 'policy'>,
  work: (tell: Tell) => Promise<T>,
): Promise<T> {
  const worker = await startBenchWorker(bench, name)
  const producer = await kafka.producer()
  const topic = worker.topicName(TOPIC)
  const messages = recordMessages({ ...stream, policy })
  let told = 0
  try {
    return await work(async (more) => {
      await worker.hold()
      for (let sent = 0; sent < more; sent += PAGE) {
        await producer.send(topic, nextOf(messages, Math.min(PAGE, more - sent)))
      }
      told += more
      const start = performance.now()
      worker.release()
      return ((await untilCommitted(kafka, [worker], { messages: told })) - start) / 1000
    })
  } finally {
    await producer.close()
    await worker.stop()
  }
}

/** Work on so many pairs. */
interface Comparing {
  readonly pairs: number
  readonly work: () => unknown
}

/** Candidate pairs of generated records, compared whole and weighed: what a pair costs, its records read already. */
function pairsCompared(policy: Policy): Comparing {
  const matching = createMatching(defaultWeights, policy)
  const pairs = candidatePairs(policy, matching)
  const work = () => {
    // Whether they contradict takes every comparison.
    for (const [one, other] of pairs) matching.contradicts(one, other)
  }
  return { pairs: pairs.length, work }
}

/** The same by trees, which score in batches. */
function pairsBoosted(policy: Policy): Comparing {
  const matching = createMatching(overWeights(readTrees(TREES), defaultWeights), policy)
  const pairs = candidatePairs(policy, matching)
  return { pairs: pairs.length, work: () => matching.score(pairs) }
}

function candidatePairs(policy: Policy, matching: Matching): RecordPair[] {
  const evidence = emptyEvidence()
  for (const { observation } of recordObservations({ count: COMPARED_RECORDS, policy }))
    addObservation(evidence, observation)
  const blocked = blockedRecords(factsOf(evidence).records.values(), matching)
  const active = activeBlocks(
    blocked.map(({ blocks }) => blocks),
    policy.matching.maxBlock,
  )
  return [...active.pairs()].flatMap(({ a, b }) => {
    const [one, other] = [blocked[a], blocked[b]]
    return one === undefined || other === undefined ? [] : [[one.record, other.record] as const]
  })
}

async function rates(runs: number, comparing: Comparing): Promise<number[]> {
  const measured: number[] = []
  for (let run = 0; run < runs; run += 1) measured.push(await perSecond(comparing))
  return measured
}

/** As it is in a process that has done it before. */
async function perSecond({ pairs, work }: Comparing): Promise<number> {
  await work()
  const start = performance.now()
  await work()
  return pairs / ((performance.now() - start) / 1000)
}
