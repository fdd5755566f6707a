import type { Command } from 'commander'
import { SelfsameError } from '../../src/errors.ts'
import { loadRules } from '../../src/rules.ts'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { startBenchWorker } from './bench-worker.ts'
import { benchmarkCommand, type CommonOptions, positive } from './benchmark-command.ts'
import { type Ground, openGround } from './ground.ts'
import { count, round } from './in-words.ts'
import { loadWorld } from './load-world.ts'
import { median } from './median.ts'
import { emptyGraph } from './raw-cypher.ts'
import { type Browser, someBrowsers, touching } from './scale-messages.ts'
import { TOPIC, untilCommitted } from './until-committed.ts'

interface Options extends CommonOptions {
  readonly largest: number
}

interface Measured {
  readonly identifiers: number
  readonly customers: number
  /** Of each run. */
  readonly msPerEvent: readonly number[]
}

const SMALLEST = 10_000
const MILLION = 1_000_000
const QUICK = { largest: 30_000, runs: 1 }
/** Half of what a transaction of the loader adds: a graph is as near as that to its size. */
const NEAR = 5000
/** Customers that the measured events touch: there are so many in the smallest graph too. */
const TOUCHED = 1000
const WARMED = 300
/** How often each is touched in a run. */
const ROUNDS = 2
/** Runs on the smallest graph that are for warmth alone: everything after would gain by it else. */
const COLD_RUNS = 2

/** `npm run bench scale`: what an event costs on graphs of 10,000, 100,000 and a million identifiers. */
export function scaleBenchmark(): Command {
  return benchmarkCommand({
    name: 'scale',
    description: 'cost of an event that touches a customer, as the graph grows',
    ...{ runs: 5, quick: `one run each, on ${count(SMALLEST)} and ${count(QUICK.largest)} identifiers` },
  })
    .option('--largest <n>', 'identifiers of the largest graph', positive, MILLION)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, options: Options): Promise<Outcome> {
  const ground = await openGround(bench)
  const { largest, runs } = options.quick ? { ...options, ...QUICK } : options
  const sizes = [...new Set([SMALLEST, ...(largest > 100_000 ? [100_000] : []), largest])]
  const measured: Measured[] = []
  for (const size of sizes) {
    const each = await measureSize(ground, size, { runs, cold: size === SMALLEST ? COLD_RUNS : 0 })
    measured.push(each)
    bench.say(`${count(each.identifiers)} identifiers: ${median(each.msPerEvent).toFixed(3)} ms an event (median)`)
  }
  const result = resultOf(measured)
  bench.say(`growth ${result.growth}`)
  return { result: { benchmark: 'scale', environment: ground.environment, ...result }, missed: undefined }
}

async function measureSize(
  ground: Ground,
  size: number,
  { runs, cold }: { runs: number; cold: number },
): Promise<Measured> {
  const { bench, graph } = ground
  await emptyGraph(graph)
  const start = performance.now()
  const { identifiers, customers } = await loadWorld(graph, loadRules(bench.config), size - NEAR, () => undefined)
  bench.say(`  ${count(identifiers)} identifiers loaded in ${((performance.now() - start) / 1000).toFixed(0)} s`)
  const browsers = await someBrowsers(graph, TOUCHED + WARMED, identifiers)
  if (browsers.length < TOUCHED + WARMED) throw new SelfsameError('bench_wrong', 'too few customers to touch')
  const msPerEvent: number[] = []
  for (let run = 1 - cold; run <= runs; run += 1) {
    const each = await measureOnce(ground, `scale-${size}-${run + cold}`, browsers)
    bench.say(`  ${run > 0 ? `run ${run}` : 'cold run'}: ${each.toFixed(3)} ms an event`)
    if (run > 0) msPerEvent.push(each)
  }
  return { identifiers, customers, msPerEvent }
}

/** A new worker each time: it must ask the graph for what is known. */
async function measureOnce({ bench, kafka }: Ground, name: string, browsers: readonly Browser[]): Promise<number> {
  const worker = await startBenchWorker(bench, name)
  const producer = await kafka.producer()
  const topic = worker.topicName(TOPIC)
  const rounds = (some: readonly Browser[], what: string) =>
    Array.from({ length: ROUNDS }, (_, each) => touching(some, `${name}-${what}-${each}`)).flat()
  const warmUp = rounds(browsers.slice(TOUCHED), 'warm-up')
  const measured = rounds(browsers.slice(0, TOUCHED), 'measured')
  try {
    await producer.send(topic, warmUp)
    await untilCommitted(kafka, [worker], { messages: warmUp.length, applied: warmUp.length / 2 })
    await worker.hold()
    await producer.send(topic, measured)
    const start = performance.now()
    worker.release()
    const messages = warmUp.length + measured.length
    const end = await untilCommitted(kafka, [worker], { messages, applied: messages / 2 })
    return (end - start) / measured.length
  } finally {
    await producer.close()
    await worker.stop()
  }
}

function resultOf(measured: readonly Measured[]) {
  const costs = measured.map(({ msPerEvent }) => median(msPerEvent))
  return {
    growth: round((costs.at(-1) ?? Number.NaN) / (costs[0] ?? Number.NaN)),
    events: 2 * TOUCHED * ROUNDS,
    sizes: measured.map(({ identifiers, customers, msPerEvent }) => ({
      ...{ identifiers, customers, ms_per_event: round(median(msPerEvent)), runs: msPerEvent.map(round) },
    })),
  }
}
