import type { Graph } from '../../src/graph/graph.ts'
import type { Kafka } from '../../src/kafka.ts'
import { type Sample, sumBy } from '../demo/metrics.ts'
import type { Bench } from './bench-stack.ts'
import { startBenchWorker } from './bench-worker.ts'
import type { novelMessages } from './novel-messages.ts'
import { deleteEvidence } from './raw-cypher.ts'
import { TOPIC, untilCommitted } from './until-committed.ts'

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

/** Measures a worker on messages that are all new; leaves what it committed in the graph. */
export async function runPipeline({ bench, graph, kafka, name, messages }: PipelineOptions): Promise<PipelineRun> {
  const { warmUp, measured } = messages
  const worker = await startBenchWorker(bench, name)
  const producer = await kafka.producer()
  try {
    const topic = worker.topicName(TOPIC)
    await producer.send(topic, warmUp)
    await untilCommitted(kafka, [worker], { messages: warmUp.length, applied: warmUp.length })
    await deleteEvidence(graph)
    const before = await worker.metrics()
    await worker.hold()
    await producer.send(topic, measured)
    const start = performance.now()
    worker.release()
    const all = warmUp.length + measured.length
    const seconds = ((await untilCommitted(kafka, [worker], { messages: all, applied: all })) - start) / 1000
    return { seconds, ...difference(before, await worker.metrics()), rss: worker.peakMemory() }
  } finally {
    await producer.close()
    await worker.stop()
  }
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
