import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import { type Admin, Kafka as Client, type logCreator, logLevel, type Message, Partitioners } from 'kafkajs'
import { bug, SelfsameError } from './errors.ts'
import { type ConsumeOptions, consumeWith, type KafkaConsumer, type Position } from './kafka-consumer.ts'
import { translateKafkaError } from './kafka-errors.ts'
import { partitionOfKey } from './kafka-partition.ts'
import type { Logger } from './telemetry.ts'

export type {
  ConsumeOptions,
  KafkaBatch,
  KafkaConsumer,
  Place,
  Position,
} from './kafka-consumer.ts'

interface TopicSpec {
  readonly topic: string
  /** Where the topic is made; an existing one stays as it is. Default 1. */
  readonly partitions?: number
}

export interface OutgoingMessage {
  readonly key?: string | null
  readonly value: Buffer | string
}

export interface KafkaProducer {
  /**
   * Resolves when every in-sync replica has the messages, and answers where the partitions that got them stand behind
   * the last of them: a group that has committed these offsets has read them. (Of messages with keys: others may have
   * gone elsewhere in an earlier attempt.) At least once: after a failure some may stand there twice, which is harmless,
   * as everything read from topics is idempotent. (The client's idempotent mode cannot go on after a lost answer, so it
   * is not used.)
   */
  send(topic: string, messages: readonly OutgoingMessage[]): Promise<readonly Position[]>
  close(): Promise<void>
}

interface PartitionLag {
  readonly topic: string
  readonly partition: number
  /** Messages not yet committed by the group. */
  readonly lag: number
}

/** Kafka as the rest of the house sees it; errors come out as `SelfsameError`, see kafka-errors.ts. */
export interface Kafka {
  /** The cluster's own id: two clusters may have topics of one name. */
  clusterId(): Promise<string>
  /** Makes the topics that are missing, ready for messages of up to 10 MB: those too large for us must reach us. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>
  /** Deletes topics, with all that stands in them and where groups were. */
  deleteTopics(topics: readonly string[]): Promise<void>
  /** Has a group without members read the topics from their beginning again. */
  rewind(group: string, topics: readonly string[]): Promise<void>
  /** What the group has yet to read, by partition. A topic that does not exist has none. */
  lag(group: string, topics: readonly string[]): Promise<PartitionLag[]>
  /** The next offsets that the group will read; partitions of which it has committed nothing are not among them. */
  committed(group: string, topic: string): Promise<Position[]>
  producer(): Promise<KafkaProducer>
  consume(options: ConsumeOptions): Promise<KafkaConsumer>
  close(): Promise<void>
}

const MAX_MESSAGE_BYTES = 10 * 1024 * 1024
const MAX_REQUEST_BYTES = 900 * 1024
const retry = { initialRetryTime: 200, maxRetryTime: 2000, retries: 5 }

/** Opens the client; nothing is sent before the first call. `brokers` are host:port, separated by commas. */
export function openKafka({ brokers, logger }: { brokers: string; logger: Logger }): Kafka {
  if (brokers.trim() === '') {
    throw new SelfsameError('kafka_not_configured', 'no Kafka brokers are configured', {
      remedy: 'start a local stack (npx selfsame stack up), or set SELFSAME_KAFKA_BROKERS',
    })
  }
  endBusyLoop()
  const client = new Client({
    clientId: 'selfsame',
    brokers: brokers.split(',').map((broker) => broker.trim()),
    connectionTimeout: 3000,
    requestTimeout: 15_000,
    retry,
    logLevel: logLevel.INFO,
    logCreator: logTo(logger),
  })
  let opened: Promise<Admin> | undefined
  const admin = <T>(work: (admin: Admin) => Promise<T>): Promise<T> =>
    settled(async () => {
      opened ??= connected(client.admin({ retry }))
      // A connection that failed is not kept: the next call tries again.
      const usable = await opened.catch((error) => {
        opened = undefined
        throw error
      })
      return work(usable)
    })
  return {
    clusterId: () => admin(async (each) => (await each.describeCluster()).clusterId),
    ensureTopics: (topics) => admin((each) => ensureTopics(each, topics)),
    deleteTopics: (topics) => admin((each) => each.deleteTopics({ topics: [...topics] })),
    rewind: (group, topics) =>
      admin(async (each) => {
        for (const topic of topics) await each.resetOffsets({ groupId: group, topic, earliest: true })
      }),
    lag: (group, topics) => admin((each) => lagOf(each, group, topics)),
    committed: (group, topic) => admin((each) => committedBy(each, group, topic)),
    producer: () => translated(() => openProducer(client)),
    consume: (options) =>
      translated(() =>
        consumeWith({
          logger,
          open: (settings) => client.consumer(settings),
          committed: (topics) => admin((each) => each.fetchOffsets({ groupId: options.group, topics: [...topics] })),
          ...options,
        }),
      ),
    close: () => translated(async () => (await opened?.catch(() => undefined))?.disconnect()),
  }
}

async function connected(admin: Admin): Promise<Admin> {
  await admin.connect()
  return admin
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translateKafkaError(error)
  }
}

/** The same once brokers agree on who leads what: for a moment after a topic is made they do not. */
async function settled<T>(work: () => Promise<T>, mayPass = isUnsettled): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await translated(work)
    } catch (error) {
      if (!(error instanceof SelfsameError) || !mayPass(error) || attempt === 25) throw error
      await setTimeout(200)
    }
  }
}

function isUnsettled({ retriable, code }: SelfsameError): boolean {
  return retriable && code !== 'kafka_unreachable'
}

/** A topic that was just made: not every broker knows of it yet. */
function isUnsettledOrNew(error: SelfsameError): boolean {
  return isUnsettled(error) || error.code === 'kafka_topic_missing'
}

async function ensureTopics(admin: Admin, topics: readonly TopicSpec[]): Promise<void> {
  const existing = new Set(await admin.listTopics())
  const missing = topics.filter(({ topic }) => !existing.has(topic))
  if (missing.length === 0) return
  await admin.createTopics({
    // The client waits for leaders, and gives up where a broker has not heard of the topic: see below.
    waitForLeaders: false,
    topics: missing.map(({ topic, partitions = 1 }) => ({
      topic,
      numPartitions: partitions,
      configEntries: [
        { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
        // The client reads no snappy, lz4 or zstd: one such producer would stop the stream. Unpacked by the broker,
        // a message is also never larger than the limit above.
        { name: 'compression.type', value: 'uncompressed' },
      ],
    })),
  })
  // Made is not yet ready: a partition answers only when its leader knows that it leads.
  for (const { topic } of missing) await settled(() => admin.fetchTopicOffsets(topic), isUnsettledOrNew)
}

async function lagOf(admin: Admin, group: string, topics: readonly string[]): Promise<PartitionLag[]> {
  const existing = new Set(await admin.listTopics())
  const known = topics.filter((topic) => existing.has(topic))
  const committed = known.length === 0 ? [] : await admin.fetchOffsets({ groupId: group, topics: known })
  const lags = committed.map(async ({ topic, partitions }) => {
    const ends = new Map((await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, end]))
    return partitions.map(({ partition, offset }) => {
      const end = ends.get(partition)
      const next = Math.max(Number(offset), Number(end?.low ?? 0))
      return { topic, partition, lag: Math.max(0, Number(end?.high ?? 0) - next) }
    })
  })
  return (await Promise.all(lags)).flat()
}

async function committedBy(admin: Admin, groupId: string, topic: string): Promise<Position[]> {
  const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] })
  return (committed?.partitions ?? []).flatMap(({ partition, offset }) =>
    BigInt(offset) < 0n ? [] : [{ topic, partition, offset }],
  )
}

async function openProducer(client: Client): Promise<KafkaProducer> {
  // The client tells where each partition began to write, not which message went where.
  const partitionOf = new WeakMap<Message, number>()
  const producer = client.producer({
    allowAutoTopicCreation: false,
    createPartitioner: () => {
      const choose = Partitioners.DefaultPartitioner()
      return (choice) => {
        const { message, partitionMetadata } = choice
        const { key } = message
        const isKeyed = typeof key === 'string' && key !== ''
        const partition = isKeyed ? partitionOfKey(key, partitionMetadata.length) : choose(choice)
        partitionOf.set(message, partition)
        return partition
      }
    },
    retry,
  })
  await producer.connect()
  return {
    send: (topic, messages) =>
      translated(async () => {
        const ends = new Map<number, bigint>()
        for (const part of parts(messages)) {
          const records: Message[] = part.map(({ key = null, value }) => ({ key, value }))
          const written = await producer.send({ topic, acks: -1, messages: records })
          for (const { partition, baseOffset = '0' } of written) ends.set(partition, BigInt(baseOffset))
          for (const record of records) {
            const partition = partitionOf.get(record) ?? bug('a message without a partition')
            const end = ends.get(partition)
            if (end !== undefined) ends.set(partition, end + 1n)
          }
        }
        return [...ends].map(([partition, end]) => ({ topic, partition, offset: String(end) }))
      }),
    close: () => translated(() => producer.disconnect()),
  }
}

/** A request becomes one record batch a partition, and a record batch may be no larger than a message. */
function* parts(messages: readonly OutgoingMessage[]): Generator<OutgoingMessage[]> {
  let part: OutgoingMessage[] = []
  let bytes = 0
  for (const message of messages) {
    const size = Buffer.byteLength(message.value) + Buffer.byteLength(message.key ?? '') + 100
    if (part.length > 0 && bytes + size > MAX_REQUEST_BYTES) {
      yield part
      part = []
      bytes = 0
    }
    part.push(message)
    bytes += size
  }
  if (part.length > 0) yield part
}

const LOGGED = ['topic', 'partition', 'offset', 'groupId', 'memberId', 'broker', 'retryCount', 'retryTime'] as const
const REPEATED_AFTER_MS = 10_000

/** The client's log as ours: its own words, no payloads. While a broker is away it says so many times a second. */
function logTo(logger: Logger): logCreator {
  const said = new Map<string, number>()
  return () =>
    ({ level, namespace, log }) => {
      const known = LOGGED.flatMap((field) => (log[field] === undefined ? [] : [[field, log[field]]]))
      const line = { kafka: namespace, ...Object.fromEntries(known) }
      // Joining and leaving is news only to who looks for trouble. An answer that is an error is somebody's error,
      // who is told: a rebalance alone brings dozens.
      if (level > logLevel.WARN || log.message.startsWith('Response ')) return logger.debug(line, log.message)
      const key = `${namespace} ${log.message.slice(0, 40)}`
      if (Date.now() - (said.get(key) ?? 0) < REPEATED_AFTER_MS) return
      said.set(key, Date.now())
      logger.warn(line, log.message)
    }
}

interface RequestQueue {
  readonly pending: readonly unknown[]
  readonly throttledUntil: number
  scheduleCheckPendingRequests(): void
}

let ended = false

/**
 * kafkajs 2.2.4 sets a timer of a negative time whenever an answer arrives, which fires at once and sets the next, for
 * ever: about 4 % of a core for each idle connection. Only a queue that waits for something needs the timer.
 */
function endBusyLoop(): void {
  if (ended) return
  ended = true
  const load = createRequire(import.meta.url)
  const { prototype } = load('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue }
  const schedule = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this)
  }
}
