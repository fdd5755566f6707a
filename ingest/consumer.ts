import { setTimeout } from 'node:timers/promises'
import { SelfsameError } from '../src/errors.ts'
import type { Graph } from '../src/graph/graph.ts'
import type { Policy } from '../src/identity/policy.ts'
import type { Kafka, KafkaBatch, KafkaMessage, Position } from '../src/kafka.ts'
import type { Resolver } from '../src/resolver/resolver-types.ts'
import type { Logger, Metrics } from '../src/telemetry.ts'
import { applyBatch, type Door, type Entry } from './apply-batch.ts'
import { type Place, sendDeadLetters } from './dead-letters.ts'
import type { EventInbox } from './event-inbox.ts'
import { PARTITIONS, sources } from './sources/sources.ts'
import { understand } from './understand.ts'

export interface ConsumerDependencies {
  readonly kafka: Kafka
  readonly graph: Graph
  readonly resolver: Resolver
  readonly inbox: EventInbox
  readonly policy: Policy
  readonly metrics: Metrics
  readonly logger: Logger
  readonly group: string
  /** Messages a transaction, at most. */
  readonly batchSize: number
  /** The name a topic has in this deployment; default: its own. */
  readonly topicName?: ((topic: string) => string) | undefined
  readonly sessionTimeoutMs?: number | undefined
}

export interface ObservationConsumer {
  /** Undefined when it reads and what it reads can be applied; else what is in the way. */
  trouble(): string | undefined
  /** Ends the batch under way, commits it and leaves the group. */
  stop(): Promise<void>
}

export const DEAD_LETTERS = 'dead-letters'
const LONGEST_PAUSE_MS = 5000

/**
 * Reads the source topics and brings every message to its end. The group's offset moves only when the graph has the
 * batch and the dead letters are safe; what fails for a while is tried again for as long as it takes.
 * Throws where Kafka cannot be reached at the start.
 */
export async function startConsumer(dependencies: ConsumerDependencies): Promise<ObservationConsumer> {
  const { kafka, graph, group, topicName = (topic) => topic, sessionTimeoutMs } = dependencies
  const topics = new Map([...sources.keys()].map((topic) => [topicName(topic), topic]))
  await kafka.ensureTopics([
    ...[...topics.keys()].map((topic) => ({ topic, partitions: PARTITIONS })),
    { topic: topicName(DEAD_LETTERS) },
  ])
  const cluster = await kafka.clusterId()
  const producer = await kafka.producer()
  let failing: string | undefined
  const handle = createHandler({
    ...dependencies,
    cluster,
    logicalTopic: (topic) => topics.get(topic) ?? topic,
    setAside: (refused) => sendDeadLetters({ producer, topic: topicName(DEAD_LETTERS) }, refused),
    onTrouble: (code) => {
      failing = code
    },
  })
  const reading = kafka.consume({
    group,
    topics: [...topics.keys()],
    onBatch: handle,
    resumeAt: (assigned) => positionsIn(graph, cluster, assigned),
    ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
  })
  const consumer = await reading.catch(async (error: unknown) => {
    await producer.close().catch(() => undefined)
    throw error
  })
  return {
    trouble: () => failing ?? (consumer.joined() ? undefined : 'not in the consumer group'),
    stop: async () => {
      await consumer.stop()
      await producer.close()
    },
  }
}

interface Handling extends ConsumerDependencies {
  readonly cluster: string
  readonly logicalTopic: (topic: string) => string
  readonly setAside: Door<Place>['setAside']
  readonly onTrouble: (code: string | undefined) => void
}

function createHandler(handling: Handling): (batch: KafkaBatch) => Promise<void> {
  const { resolver, inbox, metrics, logger, batchSize, cluster, setAside, onTrouble } = handling
  return async ({ topic, partition, messages, highWatermark, signal, commit }) => {
    const attempt = patience({ signal, metrics, logger, onTrouble })
    const door: Door<Place> = { resolver, inbox, setAside, attempt, ...observers(metrics, logger) }
    for (let at = 0; at < messages.length && !signal.aborted; at += batchSize) {
      const part = messages.slice(at, at + batchSize)
      const next = String(BigInt(part.at(-1)?.offset ?? -1) + 1n)
      const entries = read(part, { ...handling, topic, partition })
      const outcomes = await applyBatch(door, entries, [{ cluster, topic, partition, offset: next }])
      const name = handling.logicalTopic(topic)
      for (const { kind } of outcomes) metrics.events.inc({ outcome: kind, topic: name })
      for (const each of outcomes) if (each.kind === 'dead_letter') metrics.deadLetters.inc({ reason: each.reason })
      metrics.lag.set({ topic: name, partition }, Number(BigInt(highWatermark) - BigInt(next)))
      await commit(next)
    }
  }
}

function read(
  messages: readonly KafkaMessage[],
  { topic, partition, policy, metrics, logicalTopic }: Handling & { topic: string; partition: number },
): Entry<Place>[] {
  const mapping = sources.get(logicalTopic(topic))
  if (mapping === undefined) throw new SelfsameError('bug', 'a topic without a mapping')
  const now = Date.now()
  return messages.map(({ offset, value: bytes }) => {
    const understood = understand(bytes, mapping, { policy, recordedAt: now, now })
    if (understood.kind === 'understood') for (const reason of understood.leftOut) metrics.leftOut.inc({ reason })
    return { origin: { topic, partition, offset, bytes }, understood }
  })
}

function observers(metrics: Metrics, logger: Logger): Pick<Door<Place>, 'onCommitted' | 'onDefect'> {
  return {
    onCommitted: ({ outcomes, timings, identifiersCreated, edgesCreated, retries }) => {
      metrics.batchSize.observe(outcomes.length)
      for (const [step, milliseconds] of Object.entries(timings)) {
        metrics.batchSeconds.observe({ step }, milliseconds / 1000)
      }
      metrics.created.inc({ what: 'identifiers' }, identifiersCreated)
      metrics.created.inc({ what: 'edges' }, edgesCreated)
      metrics.retries.inc({ step: 'commit' }, retries)
    },
    onDefect: ({ topic, partition, offset }, err) =>
      logger.error({ topic, partition, offset, err }, 'a message brings out a defect; it is set aside'),
  }
}

interface Patience extends Pick<Handling, 'metrics' | 'logger' | 'onTrouble'> {
  readonly signal: AbortSignal
}

/** Tries again until it works, whatever the error: a message is never passed over. Ends early when told to stop. */
function patience({ signal, metrics, logger, onTrouble }: Patience): Door<Place>['attempt'] {
  return async (step, work) => {
    for (let failures = 0; ; failures += 1) {
      try {
        const result = await work()
        onTrouble(undefined)
        return result
      } catch (error) {
        metrics.retries.inc({ step })
        logger.warn({ step, failures, err: error }, 'a batch waits')
        onTrouble(error instanceof SelfsameError ? error.code : 'internal')
        const longest = Math.min(LONGEST_PAUSE_MS, 100 * 2 ** failures)
        await setTimeout(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
        if (signal.aborted) throw error
      }
    }
  }
}

/** Where a restored graph resumes: a partition it has never heard of begins at its beginning. */
async function positionsIn(
  graph: Graph,
  cluster: string,
  assigned: readonly Omit<Position, 'offset'>[],
): Promise<Position[]> {
  const keys = assigned.map(({ topic, partition }) => `${cluster}/${topic}/${partition}`)
  const rows = await graph.read<{ topic: string; partition: number; offset: number }>('read/ingest-offsets', { keys })
  return assigned.map(({ topic, partition }) => {
    const known = rows.find((row) => row.topic === topic && row.partition === partition)
    return { topic, partition, offset: String(known?.offset ?? 0) }
  })
}
