import { setTimeout } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import { gather } from '../../src/gather.ts'
import type { Kafka, KafkaProducer, OutgoingMessage, Position } from '../../src/kafka.ts'
import type { Refused } from '../apply-batch.ts'
import { DEAD_LETTERS, type HttpOrigin, sendDeadLetters } from '../dead-letters.ts'
import { PARTITIONS } from '../sources/sources.ts'

/** Where events go. Everything resolves only when all replicas have it, and throws where that is not known. */
export interface EventSender {
  /** Connects, and makes the topics that are missing. What is sent does it too. */
  open(): Promise<void>
  send(messages: readonly OutgoingMessage[]): Promise<void>
  /** The same on their own, for those who want to know where they stand. */
  sendApart(messages: readonly OutgoingMessage[]): Promise<readonly Position[]>
  setAside(refused: readonly Refused<HttpOrigin>[]): Promise<void>
  close(): Promise<void>
}

export interface EventSenderOptions {
  readonly kafka: Kafka
  readonly topic: string
  /** The name a topic has in this deployment. */
  readonly topicName: (topic: string) => string
}

/** How long a sender of events is kept waiting; less than its own patience, which is 10 s for most. */
const PATIENCE_MS = 8000
/** A request to Kafka, as large as one record batch may be. */
const REQUEST_BYTES = 900 * 1024
/** Requests under way: the next is packed while Kafka writes one. */
const AT_ONCE = 2
/** What may wait while Kafka is away, all senders together; beyond, they are told at once. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024

/** What comes in at once from many senders goes to Kafka in few requests. Nothing is connected before it is needed. */
export function createEventSender({ kafka, topic, topicName }: EventSenderOptions): EventSender {
  const deadLetters = topicName(DEAD_LETTERS)
  let opened: Promise<KafkaProducer> | undefined
  let waitingBytes = 0

  const connect = async () => {
    await kafka.ensureTopics([{ topic, partitions: PARTITIONS }, { topic: deadLetters }])
    return kafka.producer()
  }
  const producer = (): Promise<KafkaProducer> => {
    opened ??= connect().catch((error) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const together = gather<readonly OutgoingMessage[], void>({
    atOnce: AT_ONCE,
    weigh: bytesOf,
    most: REQUEST_BYTES,
    work: async (lists) => {
      await (await producer()).send(topic, lists.flat())
      return lists.map(() => undefined)
    },
  })
  /** The work goes on when its sender has been told that it takes too long: what it brings then comes twice. */
  const bounded = async <T>(messages: readonly OutgoingMessage[], work: () => Promise<T>): Promise<T> => {
    const bytes = bytesOf(messages)
    if (waitingBytes + bytes > MOST_WAITING_BYTES) throw tooSlow()
    waitingBytes += bytes
    const done = work().finally(() => {
      waitingBytes -= bytes
    })
    return await inTime(done)
  }

  return {
    open: async () => void (await producer()),
    async send(messages) {
      if (messages.length > 0) await bounded(messages, () => together(messages))
    },
    sendApart: (messages) => bounded(messages, async () => (await producer()).send(topic, messages)),
    async setAside(refused) {
      if (refused.length === 0) return
      const letters = refused.map(({ origin }) => ({ value: origin.bytes ?? '' }) as OutgoingMessage)
      await bounded(letters, async () => sendDeadLetters({ producer: await producer(), topic: deadLetters }, refused))
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  }
}

function bytesOf(messages: readonly OutgoingMessage[]): number {
  return messages.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0)
}

function tooSlow(): SelfsameError {
  return new SelfsameError('kafka_unreachable', 'Kafka does not take events in time', { retriable: true })
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const answered = new AbortController()
  const late = setTimeout(PATIENCE_MS, undefined, { signal: answered.signal, ref: false }).then(() => {
    throw tooSlow()
  })
  for (const each of [work, late]) each.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    answered.abort()
  }
}
