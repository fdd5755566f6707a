import type { Command } from 'commander'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { startBenchWorker } from './bench-worker.ts'
import { benchmarkCommand, type CommonOptions, positive } from './benchmark-command.ts'
import { type Ground, openGround } from './ground.ts'
import { count, round } from './in-words.ts'
import { median } from './median.ts'
import { nextOf } from './next-of.ts'
import { novelStream } from './novel-messages.ts'
import { quantile } from './quantile.ts'
import { emptyGraph } from './raw-cypher.ts'
import { startChild } from './start-child.ts'
import { type Fresh, freshResult, runStream } from './steady-stream.ts'
import { TOPIC, untilCommitted } from './until-committed.ts'

interface Options extends CommonOptions {
  readonly seconds: number
  readonly rate: number
  readonly backlog: number
}

interface FreshRun {
  /** Events/s of a backlog: the most this worker does. */
  readonly maximum: number
  /** With next to nothing to do: the floor under any latency. */
  readonly idle: Fresh
  readonly steady: Fresh
  readonly busy: Fresh
}

const WARM_UP = 3000
const IDLE_RATE = 20
const IDLE_SECONDS = 15
const BUSY_SHARE = 0.7
const QUICK = { seconds: 5, rate: 100, backlog: 3000 }

/** `npm run bench freshness`: how long after it was to be sent an event shows in GraphQL. */
export function freshnessBenchmark(): Command {
  return benchmarkCommand({
    name: 'freshness',
    description: 'milliseconds from producing a new event until GraphQL shows its customer',
    ...{ runs: 3, quick: `one run at ${QUICK.rate} events/s for ${QUICK.seconds} s` },
  })
    .option('--seconds <n>', 'how long each of the two rates is kept up', positive, 60)
    .option('--rate <n>', 'events/s of the first case', positive, 1000)
    .option('--backlog <n>', 'events by which the most that the worker does is measured', positive, 20_000)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, options: Options): Promise<Outcome> {
  const ground = await openGround(bench)
  const chosen = options.quick ? { ...options, ...QUICK, runs: 1 } : options
  bench.say(`new events at ${chosen.rate}/s, then at ${BUSY_SHARE} of the most, for ${chosen.seconds} s each`)
  const runs: FreshRun[] = []
  for (let run = 1; run <= chosen.runs; run += 1) {
    const each = await runOnce(ground, `run-${run}`, chosen)
    runs.push(each)
    for (const stream of [each.idle, each.steady, each.busy]) bench.say(`  run ${run}: ${inWords(stream)}`)
    bench.say(`  the most is ${count(each.maximum)} events/s`)
  }
  return { result: { benchmark: 'freshness', environment: ground.environment, ...resultOf(runs) }, missed: undefined }
}

async function runOnce({ bench, graph, kafka }: Ground, name: string, options: Options): Promise<FreshRun> {
  await emptyGraph(graph)
  const worker = await startBenchWorker(bench, name)
  const { url } = await startChild(bench, 'run-server.ts')
  const producer = await kafka.producer()
  const messages = novelStream()
  const topic = worker.topicName(TOPIC)
  let told = 0
  const committed = () => untilCommitted(kafka, [worker], { messages: told, applied: told })
  const backlog = async (size: number) => {
    await worker.hold()
    await producer.send(topic, nextOf(messages, size))
    const start = performance.now()
    worker.release()
    told += size
    return (1000 * size) / ((await committed()) - start)
  }
  const stream = async (perSecond: number, seconds = options.seconds) => {
    const fresh = await runStream({ worker, url, producer, messages, perSecond, seconds })
    told += fresh.sent
    await committed()
    return fresh
  }
  try {
    await backlog(WARM_UP)
    const maximum = await backlog(options.backlog)
    const idle = await stream(IDLE_RATE, Math.min(IDLE_SECONDS, options.seconds))
    return { maximum, idle, steady: await stream(options.rate), busy: await stream(BUSY_SHARE * maximum) }
  } finally {
    await producer.close()
    await worker.stop()
  }
}

function inWords(fresh: Fresh): string {
  const { events_per_s, p50_ms, p99_ms, max_ms, oldest_p99_ms } = freshResult(fresh)
  return `${count(events_per_s)} events/s: visible after ${count(p50_ms)} ms (p50), ${count(p99_ms)} ms (p99), ${count(max_ms)} ms at most; oldest uncommitted ${count(oldest_p99_ms)} ms (p99)`
}

function resultOf(runs: readonly FreshRun[]) {
  const of = (figure: (run: FreshRun) => number) => round(median(runs.map(figure)))
  const each = runs.map(({ maximum, idle, steady, busy }) => ({
    maximum_events_per_s: round(maximum),
    ...{ idle: freshResult(idle), steady: freshResult(steady), busy: freshResult(busy) },
  }))
  const middle = (name: 'idle' | 'steady' | 'busy') => ({
    p50_ms: round(median(each.map(({ [name]: { p50_ms } }) => p50_ms))),
    p99_ms: round(median(each.map(({ [name]: { p99_ms } }) => p99_ms))),
    oldest_p99_ms: round(median(each.map(({ [name]: { oldest_p99_ms } }) => oldest_p99_ms))),
  })
  return {
    ...middle('steady'),
    ratio: of(({ steady, idle }) => quantile(steady.visible, 0.5) / quantile(idle.visible, 0.5)),
    idle: middle('idle'),
    maximum_events_per_s: of(({ maximum }) => maximum),
    busy: { events_per_s: of(({ busy }) => busy.perSecond), ...middle('busy') },
    runs: each,
  }
}
