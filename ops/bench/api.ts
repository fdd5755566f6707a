import type { Command } from 'commander'
import { SelfsameError } from '../../src/errors.ts'
import { randomOf } from '../../src/generator/random.ts'
import { int } from '../../src/graph/graph.ts'
import { loadRules } from '../../src/rules.ts'
import {
  type Measured,
  type Measuring,
  measureCached,
  measureHostile,
  measureHub,
  measureProfile,
  measureRatio,
  warm,
} from './api-measures.ts'
import { type Known, profileBody } from './api-questions.ts'
import { apiResult, inWords, missedBy } from './api-report.ts'
import { startBackgroundStream } from './background-stream.ts'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { startBenchWorker } from './bench-worker.ts'
import { benchmarkCommand, type CommonOptions, positive } from './benchmark-command.ts'
import { stopChild } from './child.ts'
import { type Ground, openGround } from './ground.ts'
import { count } from './in-words.ts'
import { startLoad } from './load.ts'
import { loadWorld } from './load-world.ts'
import { mergingStream } from './merging-stream.ts'
import { untilCaughtUp } from './oldest-uncommitted.ts'
import { emptyGraph, rawStatement, rowsOf } from './raw-cypher.ts'
import { startChild } from './start-child.ts'
import { TOPIC } from './until-committed.ts'

interface Options extends CommonOptions {
  readonly customers: number
  readonly seconds: number
}

/** The events that come in meanwhile. */
const PER_SECOND = 500
/** Identifiers a customer of the made-up world, about. */
const IDENTIFIERS = 2.3
/** Of each of two kinds: what may be merged. */
const KNOWN = 20_000
/** Of both, what is asked about. */
const ASKED = 10_000
const HUB_NEIGHBOURS = 50_000
const HUB = { key: 'phone:+84987123456', value: '+84987123456' }
const SEED = 17
const QUICK = { customers: 5000, seconds: 3, runs: 1 }

/** `npm run bench api`: questions to the API while events come in. */
export function apiBenchmark(): Command {
  return benchmarkCommand({
    name: 'api',
    description: 'questions to the API while events come in: latency, throughput beside bare Cypher, cache, refusals',
    ...{ runs: 3, quick: `one round of ${QUICK.seconds} s each, on ${count(QUICK.customers)} customers` },
  })
    .option('--customers <n>', 'customers of the graph, about', positive, 100_000)
    .option('--seconds <n>', 'how long each measurement takes', positive, 10)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, options: Options): Promise<Outcome> {
  const ground = await openGround(bench)
  const { customers, seconds, runs } = options.quick ? { ...options, ...QUICK } : options
  const world = await fill(ground, customers)
  const worker = await startBenchWorker(bench, 'api')
  const producer = await ground.kafka.producer()
  const stream = startBackgroundStream({
    ...{ producer, topic: worker.topicName(TOPIC), perSecond: PER_SECOND },
    messages: mergingStream(world.known.filter(({ kind }) => kind === 'email')),
  })
  bench.say(`${PER_SECOND} events/s come in from now on, some of which merge customers that are asked about`)
  try {
    const measured = await measure(bench, { ...world, seconds, runs, caughtUp: () => untilCaughtUp(worker) })
    const result = { customers: world.customers, ...apiResult(measured) }
    for (const line of inWords(measured)) bench.say(line)
    return {
      result: { benchmark: 'api', environment: ground.environment, ...result },
      missed: options.quick ? undefined : missedBy(result),
    }
  } finally {
    await stream.end()
    await producer.close()
    await worker.stop()
  }
}

interface World {
  readonly customers: number
  readonly known: readonly Known[]
}

async function fill({ bench, graph }: Ground, wanted: number): Promise<World> {
  await emptyGraph(graph)
  const { customers } = await loadWorld(graph, loadRules(bench.config), wanted * IDENTIFIERS, () => undefined)
  const session = graph.driver.session({ database: graph.database })
  try {
    await session.run(rawStatement('load-hub'), { ...HUB, neighbours: int(HUB_NEIGHBOURS) })
  } finally {
    await session.close()
  }
  const known = await rowsOf<Known>(graph, 'some-identifiers', { limit: int(KNOWN) })
  if (known.length < 1000) throw new SelfsameError('bench_wrong', 'too few identifiers to ask about')
  bench.say(`${count(customers)} customers, and a phone with ${count(HUB_NEIGHBOURS)} neighbours`)
  return { customers, known: shuffled(known) }
}

/** One server at a time beside the worker and Neo4j; the bare one stands beside the one that it is compared with. */
async function measure(
  bench: Bench,
  { known, seconds, runs, caughtUp }: World & Pick<Measuring, 'seconds' | 'caughtUp'> & { runs: number },
): Promise<Measured> {
  const load = await startLoad(bench)
  const bodies = known.slice(0, ASKED).map(profileBody)
  const [uncached, bare] = [await startChild(bench, 'run-server.ts'), await startChild(bench, 'run-bare-server.ts')]
  const options = { load, bodies, seconds, caughtUp, say: bench.say }
  await warm({ ...options, url: uncached.url, bareUrl: bare.url })
  const profile = await measureProfile({ ...options, url: uncached.url })
  const ratio = await measureRatio({ ...options, url: uncached.url, bareUrl: bare.url, runs })
  const hub = await measureHub({ ...options, url: uncached.url, neighbours: HUB_NEIGHBOURS })
  const hostile = await measureHostile({ ...options, url: uncached.url })
  await Promise.all([uncached, bare].map(({ child }) => stopChild(child)))
  const cached = await startChild(bench, 'run-server.ts', [JSON.stringify({ cache_seconds: 300 })])
  return { profile, ratio, hub, hostile, ...(await measureCached({ ...options, url: cached.url, runs })) }
}

/** In an order of its own, the same each time. */
function shuffled<T>(items: readonly T[]): T[] {
  const random = randomOf(SEED, 'novel', 0)
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
