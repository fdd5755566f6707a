import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import type { Graph } from '../../src/graph/graph.ts'
import type { Kafka } from '../../src/kafka.ts'
import { type Sample, sumBy } from '../demo/metrics.ts'
import type { Bench } from './bench-stack.ts'
import { type BenchWorker, startBenchWorker } from './bench-worker.ts'
import type { novelMessages } from './novel-messages.ts'
import { emptyGraph } from './raw-cypher.ts'

export type Step = 'read' | 'decide' | 'write' | 'commit'

export interface PipelineRun {
  /** From the moment all messages stand in Kafka until the last is committed. */
  readonly seconds: number
  readonly transactions: number
  readonly identifiers: number
  readonly edges: number
  /** Seconds of all transactions by step. */
  readonly steps: Readonly<Record<Step, number>>
  /** The worker's peak in MB; undefined where the system does not tell. */
  readonly rss: number | undefined
}

export interface PipelineOptions {
  readonly bench: Bench
  readonly graph: Graph
  readonly kafka: Kafka
  /** Of the run: its topics and its consumer group are named for it. */
  readonly name: string
  readonly messages: ReturnType<typeof novelMessages>
}

const TOPIC = 'observations'
const POLL_MS = 20
const NO_PROGRESS_MS = 120_000

/** Measures a worker on messages that are all new; leaves what it committed in the graph. */
export async function runPipeline({ bench, graph, kafka, name, messages }: PipelineOptions): Promise<PipelineRun> {
  const worker = await startBenchWorker(bench, name)
  const producer = await kafka.producer()
  try {
    const topic = worker.topicName(TOPIC)
    await producer.send(topic, messages.warmUp)
    await allCommitted(worker, kafka, messages.warmUp.length)
    await emptyGraph(graph)
    const before = await worker.metrics()
    await worker.hold()
    await producer.send(topic, messages.measured)
    const start = performance.now()
    worker.release()
    await allCommitted(worker, kafka, messages.warmUp.length + messages.measured.length)
    const seconds = (performance.now() - start) / 1000
    return { seconds, ...difference(before, await worker.metrics()), rss: worker.peakMemory() }
  } finally {
    await producer.close()
    await worker.stop()
  }
}

/** Waits until the group has committed that many messages. Throws `bench_stuck`, `bench_wrong` where one was no news. */
async function allCommitted(worker: BenchWorker, kafka: Kafka, count: number): Promise<void> {
  let last = 0
  let since = performance.now()
  for (;;) {
    const ends = sumBy(await worker.metrics(), 'selfsame_events_total', 'outcome')
    const ended = [...ends.values()].reduce((sum, value) => sum + value, 0)
    if (ended !== (ends.get('applied') ?? 0)) {
      throw new SelfsameError('bench_wrong', 'not every message was applied as new', {
        remedy: `outcomes: ${JSON.stringify(Object.fromEntries(ends))}`,
      })
    }
    if (ended >= count) break
    if (ended > last) since = performance.now()
    last = ended
    if (performance.now() - since > NO_PROGRESS_MS)
      throw new SelfsameError('bench_stuck', 'the worker makes no progress')
    await sleep(POLL_MS)
  }
  // The offset moves a moment after the graph has the batch.
  while ((await kafka.lag(worker.group, [worker.topicName(TOPIC)])).some(({ lag }) => lag > 0)) await sleep(POLL_MS)
}

function difference(before: readonly Sample[], after: readonly Sample[]) {
  const since = (metric: string, label: string) => {
    const old = sumBy(before, metric, label)
    return (of: string) => (sumBy(after, metric, label).get(of) ?? 0) - (old.get(of) ?? 0)
  }
  const seconds = since('selfsame_batch_seconds_sum', 'step')
  const created = since('selfsame_created_total', 'what')
  return {
    transactions: since('selfsame_batch_seconds_count', 'step')('commit'),
    identifiers: created('identifiers'),
    edges: created('edges'),
    steps: {
      read: seconds('read'),
      decide: seconds('decide'),
      write: seconds('write'),
      commit: seconds('commit'),
    },
  }
}
