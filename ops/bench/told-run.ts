import type { OutgoingMessage } from '../../src/kafka.ts'
import { runBareStage } from './bare-stage.ts'
import { startBenchWorker } from './bench-worker.ts'
import type { Ground } from './ground.ts'
import { count, megabytes, peakOf, round } from './in-words.ts'
import { median } from './median.ts'
import { emptyGraph } from './raw-cypher.ts'
import { sendAll } from './send-all.ts'
import { TOPIC, untilCommitted } from './until-committed.ts'

/** What a worker is told before the clock runs, and then. */
export interface Told {
  /** Each brings something new. */
  readonly before: readonly OutgoingMessage[]
  readonly measured: Iterable<OutgoingMessage>
  /** How many of the measured bring something new. */
  readonly novel: number
}

interface ToldRun {
  readonly messages: number
  /** From the moment all stand in Kafka until the last is committed. */
  readonly seconds: number
  /** Messages/s of the bare stage on the same topic. */
  readonly bareRate: number
  readonly rss: number | undefined
}

/** Measures a worker on messages of which it knows most; then the bare stage on its topic. */
async function runTold({ bench, graph, kafka }: Ground, name: string, told: Told): Promise<ToldRun> {
  await emptyGraph(graph)
  const worker = await startBenchWorker(bench, name)
  const producer = await kafka.producer()
  const topic = worker.topicName(TOPIC)
  const known = told.before.length
  try {
    await producer.send(topic, told.before)
    await untilCommitted(kafka, [worker], { messages: known, applied: known })
    await worker.hold()
    const messages = await sendAll(producer, topic, told.measured)
    const start = performance.now()
    worker.release()
    const end = await untilCommitted(kafka, [worker], { messages: known + messages, applied: known + told.novel })
    const rss = worker.peakMemory()
    await worker.stop()
    return {
      messages,
      seconds: (end - start) / 1000,
      bareRate: await runBareStage(kafka, topic, known + messages),
      rss,
    }
  } finally {
    await producer.close()
    await worker.stop()
  }
}

function toldInWords(run: ToldRun): string {
  const { events_per_s, baseline_events_per_s, ratio, worker_rss_mb } = toldResult([run])
  return `${count(events_per_s)} events/s, bare stage ${count(baseline_events_per_s)}, ratio ${ratio.toFixed(3)}, worker ${megabytes(worker_rss_mb)}`
}

/** Medians. */
function toldResult(runs: readonly ToldRun[]) {
  const of = (figure: (run: ToldRun) => number) => round(median(runs.map(figure)))
  return {
    events_per_s: of(({ messages, seconds }) => messages / seconds),
    ratio: of(({ messages, seconds, bareRate }) => messages / seconds / bareRate),
    baseline_events_per_s: of(({ bareRate }) => bareRate),
    worker_rss_mb: peakOf(runs.map(({ rss }) => rss)),
    messages: runs.at(-1)?.messages ?? 0,
  }
}

/** Measures several times, the first time for warmth alone, and says each; answers what --json prints. */
export async function runToldOften(ground: Ground, runs: number, told: () => Told) {
  const measured: ToldRun[] = []
  await runTold(ground, 'warm-up', told())
  for (let run = 1; run <= runs; run += 1) {
    const each = await runTold(ground, `run-${run}`, told())
    measured.push(each)
    ground.bench.say(`  run ${run}: ${toldInWords(each)}`)
  }
  const result = toldResult(measured)
  ground.bench.say(
    `medians: ${count(result.events_per_s)} events/s, ratio ${result.ratio.toFixed(3)} to the bare stage`,
  )
  return { ...result, runs: measured.map((run) => toldResult([run])) }
}
