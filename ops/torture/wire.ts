import { setTimeout as sleep } from 'node:timers/promises'
import { DEAD_LETTERS } from '../../ingest/dead-letters.ts'
import { sources } from '../../ingest/sources/sources.ts'
import { SelfsameError } from '../../src/errors.ts'
import { type Kafka, openKafka } from '../../src/kafka.ts'
import type { Logger } from '../../src/telemetry.ts'
import type { Outgoing } from './stream.ts'

interface Letter {
  readonly reason: string
  /** Base64; null where the message had none. */
  readonly bytes: string | null
}

/** Kafka for the torture itself, which has patience with a broker that is being restarted. */
export interface Wire {
  makeTopics(): Promise<void>
  /** Resolves when all of them stand in their topics; some may stand there twice. */
  send(messages: readonly Outgoing[]): Promise<void>
  /** Messages the workers have yet to end. */
  lag(): Promise<number>
  /** The group reads from the beginning again; it must have no members, those killed are waited for. */
  rewind(): Promise<void>
  /** The source topics are deleted and made anew, empty. */
  recreateTopics(): Promise<void>
  letters(): Promise<Letter[]>
  deleteTopics(): Promise<void>
  close(): Promise<void>
}

export interface WireOptions {
  readonly brokers: string
  readonly group: string
  readonly ending: string
  readonly partitions: number
  readonly logger: Logger
}

const PATIENCE_MS = 120_000

export function openWire({ brokers, group, ending, partitions, logger }: WireOptions): Wire {
  const topicName = (topic: string) => `${topic}-${ending}`
  const topics = [...sources.keys()].map(topicName)
  let opened: Kafka | undefined

  /** With a client of its own after each failure: an old one may have lost its broker for good. */
  async function patiently<T>(work: (kafka: Kafka) => Promise<T>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      opened ??= openKafka({ brokers, logger })
      try {
        return await work(opened)
      } catch (error) {
        await opened.close().catch(() => undefined)
        opened = undefined
        if (performance.now() > deadline) throw error
        await sleep(300)
      }
    }
  }

  const makeTopics = () =>
    patiently((kafka) =>
      kafka.ensureTopics([
        ...topics.map((topic) => ({ topic, partitions })),
        { topic: topicName(DEAD_LETTERS), partitions: 1 },
      ]),
    )

  async function sendPart(topic: string, part: readonly Outgoing[]): Promise<void> {
    await patiently(async (kafka) => {
      const producer = await kafka.producer()
      try {
        await producer.send(
          topicName(topic),
          part.map(({ key, value }) => ({ key, value })),
        )
      } finally {
        await producer.close().catch(() => undefined)
      }
    })
  }

  return {
    makeTopics,
    send: async (messages) => {
      for (const [topic, part] of Map.groupBy(messages, (message) => message.topic)) await sendPart(topic, part)
    },
    lag: () =>
      patiently(async (kafka) => {
        const lags = await kafka.lag(group, topics)
        return lags.reduce((sum, { lag }) => sum + lag, 0)
      }),
    rewind: () => patiently((kafka) => kafka.rewind(group, topics)),
    async recreateTopics() {
      await patiently((kafka) => kafka.deleteTopics(topics).catch(unlessMissing))
      await makeTopics()
    },
    letters: () => patiently((kafka) => readAll(kafka, `verdict-${ending}`, topicName(DEAD_LETTERS))),
    deleteTopics: () => patiently((kafka) => kafka.deleteTopics([...topics, topicName(DEAD_LETTERS)])),
    close: async () => opened?.close(),
  }
}

/** Deleted already, by an attempt whose answer was lost. */
function unlessMissing(error: unknown): void {
  if (!(error instanceof SelfsameError && error.code === 'kafka_topic_missing')) throw error
}

async function readAll(kafka: Kafka, group: string, topic: string): Promise<Letter[]> {
  const letters: Letter[] = []
  const reader = await kafka.consume({
    group,
    topics: [topic],
    onBatch: async ({ messages, commit }) => {
      for (const { value } of messages) letters.push(JSON.parse(String(value)) as Letter)
      await commit(String(BigInt(messages.at(-1)?.offset ?? -1) + 1n))
    },
  })
  try {
    while ((await kafka.lag(group, [topic])).some(({ lag }) => lag > 0)) await sleep(100)
  } finally {
    await reader.stop()
  }
  return letters
}
