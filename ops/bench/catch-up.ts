import type { Command } from 'commander'
import { runBareStage } from './bare-stage.ts'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { startBenchWorker } from './bench-worker.ts'
import { benchmarkCommand, type CommonOptions } from './benchmark-command.ts'
import { type Ground, openGround } from './ground.ts'
import { count, megabytes, peakOf, round } from './in-words.ts'
import { median } from './median.ts'
import { mixedMessages } from './mixed-messages.ts'
import { emptyGraph } from './raw-cypher.ts'
import { sendAll } from './send-all.ts'
import { TOPIC, untilCommitted } from './until-committed.ts'

interface Options extends CommonOptions {
  readonly minutes: number
}

interface Drained {
  /** From the start of the worker's process until nothing was left. */
  readonly seconds: number
  /** Of these, until it read. */
  readonly startSeconds: number
  readonly bareSeconds: number
  readonly rss: number | undefined
}

const HISTORY = 20_000
const NOVEL_SHARE = 0.1
const RATE = 1000
const QUICK_MINUTES = 0.1

/** `npm run bench catch-up`: what ten minutes at 1,000 events/s left in Kafka while no worker ran, read by a new one. */
export function catchUpBenchmark(): Command {
  return benchmarkCommand({
    name: 'catch-up',
    description: `seconds from the start of a worker until a backlog of ${RATE} events/s is gone; its memory`,
    ...{ runs: 3, quick: `one run after ${QUICK_MINUTES} minutes` },
  })
    .option('--minutes <n>', 'how long no worker ran', Number, 10)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, { runs, minutes, quick }: Options): Promise<Outcome> {
  const ground = await openGround(bench)
  const backlog = Math.round((quick ? QUICK_MINUTES : minutes) * 60 * RATE)
  const novel = Math.round(backlog * NOVEL_SHARE)
  bench.say(`${backlog} messages wait, of which exactly ${novel} are new; ${HISTORY} new events were told before`)
  const drained: Drained[] = []
  for (let run = 1; run <= (quick ? 1 : runs); run += 1) {
    const each = await drain(ground, `run-${run}`, backlog, novel)
    drained.push(each)
    bench.say(`  run ${run}: ${each.seconds.toFixed(1)} s, ${count(backlog / each.seconds)} events/s`)
  }
  const result = resultOf(drained, backlog, novel)
  const { drain_s, start_s, baseline_s, worker_rss_mb } = result
  bench.say(`drained in ${drain_s} s, the worker's start of ${start_s} s in it (medians of ${drained.length})`)
  bench.say(`bare stage ${baseline_s} s, ratio ${result.ratio}; worker ${megabytes(worker_rss_mb)} at its peak`)
  return { result: { benchmark: 'catch-up', environment: ground.environment, ...result }, missed: undefined }
}

async function drain({ bench, graph, kafka }: Ground, name: string, backlog: number, novel: number): Promise<Drained> {
  await emptyGraph(graph)
  const mix = mixedMessages({ history: HISTORY, count: backlog, novel })
  const before = await startBenchWorker(bench, name)
  const topic = before.topicName(TOPIC)
  const producer = await kafka.producer()
  try {
    await producer.send(topic, mix.history)
    await untilCommitted(kafka, [before], { messages: HISTORY, applied: HISTORY })
    await before.stop()
    await sendAll(producer, topic, mix.measured())
  } finally {
    await producer.close()
  }
  const start = performance.now()
  const worker = await startBenchWorker(bench, name)
  const ready = performance.now()
  const end = await untilCommitted(kafka, [worker], { messages: backlog, applied: novel })
  const rss = worker.peakMemory()
  await worker.stop()
  const bareSeconds = backlog / (await runBareStage(kafka, topic, HISTORY + backlog))
  return { seconds: (end - start) / 1000, startSeconds: (ready - start) / 1000, bareSeconds, rss }
}

function resultOf(drained: readonly Drained[], messages: number, novel: number) {
  const of = (figure: (each: Drained) => number) => round(median(drained.map(figure)))
  return {
    drain_s: of(({ seconds }) => seconds),
    start_s: of(({ startSeconds }) => startSeconds),
    events_per_s: of(({ seconds }) => messages / seconds),
    baseline_s: of(({ bareSeconds }) => bareSeconds),
    ratio: of(({ seconds, bareSeconds }) => bareSeconds / seconds),
    worker_rss_mb: peakOf(drained.map(({ rss }) => rss)),
    ...{ messages, novel },
    runs: drained.map(({ seconds }) => round(seconds)),
  }
}
