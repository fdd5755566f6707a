import { setTimeout } from 'node:timers/promises'
import type { Consumer, ConsumerConfig } from 'kafkajs'
import { translateKafkaError } from './kafka-errors.ts'
import { createLanes, type Lanes } from './kafka-lanes.ts'
import type { Logger } from './telemetry.ts'

export interface KafkaMessage {
  /** A decimal number. */
  readonly offset: string
  /** When it was written to Kafka, in milliseconds since the epoch. */
  readonly timestamp: number
  readonly value: Buffer | null
}

/** A partition. */
export interface Place {
  readonly topic: string
  readonly partition: number
}

export interface Position extends Place {
  /** The next offset to read, a decimal number. */
  readonly offset: string
}

/** Messages of one partition, in order. */
export interface KafkaBatch extends Place {
  readonly messages: readonly KafkaMessage[]
  /** The offset after the partition's last message when the batch was fetched. */
  readonly highWatermark: string
  /** Aborted when the work should end: a stop, or the messages come again, perhaps to another consumer. */
  readonly signal: AbortSignal
  /** Commits the group's offset: the next one to read. Throws where the signal is aborted. */
  commit(offset: string): Promise<void>
}

export interface ConsumeOptions {
  readonly group: string
  readonly topics: readonly string[]
  /**
   * Batches of one partition come one after another, those of several at once. What was not committed when it returns
   * or throws comes again. It is called with the same messages again after a crash, a rebalance or a lost connection:
   * its effect must be idempotent.
   */
  readonly onBatch: (batch: KafkaBatch) => Promise<void>
  /** Messages a batch, at most. Default: as many as wait. */
  readonly mostMessages?: number
  /** Messages of all batches that are being handled, at most, unless one batch alone has more. Default: as many as wait. */
  readonly mostUnderWay?: number
  /**
   * Positions known elsewhere for partitions just assigned, `'0'` for none: reading starts at the lesser of this and
   * the group's own. Asked again until it answers.
   */
  readonly resumeAt?: (assigned: readonly Place[]) => Promise<readonly Position[]>
  /** After which a consumer that fell silent loses its partitions. Default 10 s; brokers refuse less than 6. */
  readonly sessionTimeoutMs?: number
}

interface Waiting {
  readonly messages: number
  readonly bytes: number
  /** When the oldest of them was written to Kafka, in milliseconds since the epoch. */
  readonly oldest: number | undefined
  readonly pausedPartitions: number
}

export interface KafkaConsumer {
  /** What keeps it from reading, in words; undefined when it reads. */
  trouble(): string | undefined
  /** What it has fetched and not yet committed. */
  waiting(): Waiting
  /** Reads a partition again from there. What of it is being handled is told to end. */
  rewind(position: Position): void
  /** Lets the batches under way end, leaves the group. No batch is begun after it was called. */
  stop(): Promise<void>
}

export interface Source extends ConsumeOptions {
  readonly logger: Logger
  readonly open: (settings: ConsumerConfig) => Consumer
  readonly committed: (topics: readonly string[]) => Promise<{ topic: string; partitions: Omit<Position, 'topic'>[] }[]>
}

const RESTART_MS = 1000
/** How long a stop waits for the batches under way: the rest of ten seconds is for leaving the group. */
const LONGEST_END_MS = 6000

/** Joins the group and hands on its batches until stopped; a crash of the client is followed by a new start. */
export async function consumeWith(source: Source): Promise<KafkaConsumer> {
  const { group, topics, logger, sessionTimeoutMs = 10_000 } = source
  const stopping = new AbortController()
  let trouble: string | undefined = NOT_JOINED
  let assignment = new AbortController()
  const consumer = source.open({
    groupId: group,
    allowAutoTopicCreation: false,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
    rebalanceTimeout: 30_000,
    // Bounds memory: a fetch of all partitions, and of one. A larger message still comes, alone.
    maxBytes: 8 * 1024 * 1024,
    maxBytesPerPartition: 1024 * 1024,
    // News waits a little for company: a fetch for every message costs more than the message. So long waits a
    // partition that has just been resumed too, if all others are idle.
    minBytes: 16 * 1024,
    maxWaitTimeInMs: 100,
    // Without this a client that crashes while it stops starts again, and reads on after the stop.
    retry: {
      initialRetryTime: 200,
      maxRetryTime: 2000,
      retries: 5,
      restartOnFailure: async () => !stopping.signal.aborted,
    },
  })
  const lanes = createLanes({ ...source, consumer, stop: stopping.signal })
  const start = async () => {
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => lanes.take(payload),
    })
  }
  const restart = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(RESTART_MS, stopping.signal)
      try {
        if (!stopping.signal.aborted) await start()
        return
      } catch (error) {
        logger.error({ err: translateKafkaError(error) }, 'the consumer could not start again')
      }
    }
  }
  const joined = async (memberAssignment: Record<string, number[]>) => {
    assignment.abort()
    assignment = new AbortController()
    const signal = AbortSignal.any([assignment.signal, stopping.signal])
    const assigned = Object.entries(memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    )
    trouble = 'where to read on is not known yet'
    // Before the first fetch, which it keeps empty: this event is sent while the client waits.
    lanes.assign(assigned)
    const positions = await positionsOf(assigned, source, signal)
    if (signal.aborted) return
    lanes.begin(positions)
    trouble = undefined
  }
  const left = () => {
    trouble = NOT_JOINED
  }
  consumer.on('consumer.group_join', ({ payload }) => void joined(payload.memberAssignment))
  consumer.on('consumer.rebalancing', left)
  consumer.on('consumer.crash', ({ payload }) => {
    left()
    if (!payload.restart) void restart()
  })
  try {
    await start()
  } catch (error) {
    stopping.abort()
    await consumer.disconnect().catch(() => undefined)
    throw error
  }
  return {
    trouble: () => trouble,
    waiting: () => waitingIn(lanes),
    rewind: (position) => lanes.rewind(position),
    stop: async () => {
      assignment.abort()
      stopping.abort()
      left()
      await Promise.race([lanes.settled(), setTimeout(LONGEST_END_MS, undefined, { ref: false })])
      await consumer.disconnect()
    },
  }
}

const NOT_JOINED = 'not in the consumer group'

function waitingIn(lanes: Lanes): Waiting {
  const all = [...lanes.all()]
  const sum = (of: (lane: (typeof all)[number]) => number) => all.reduce((total, lane) => total + of(lane), 0)
  const times = all.flatMap(({ oldest }) => oldest ?? [])
  return {
    messages: sum(({ length }) => length),
    bytes: sum(({ bytes }) => bytes),
    oldest: times.length === 0 ? undefined : Math.min(...times),
    pausedPartitions: sum(({ paused }) => (paused ? 1 : 0)),
  }
}

/**
 * Where reading begins: at the lesser of the group's own position and that known elsewhere, so that no message is
 * skipped because of the latter; at the beginning where the group has none. Asked until it is answered.
 */
async function positionsOf(assigned: readonly Place[], source: Source, signal: AbortSignal): Promise<Position[]> {
  while (!signal.aborted && assigned.length > 0) {
    try {
      const known = (await source.resumeAt?.(assigned)) ?? []
      const groups = await source.committed([...new Set(assigned.map(({ topic }) => topic))])
      return assigned.map(({ topic, partition }) => {
        const own = groups.find((each) => each.topic === topic)?.partitions.find((each) => each.partition === partition)
        const elsewhere = known.find((each) => each.topic === topic && each.partition === partition)
        const groupsOwn = BigInt(own?.offset ?? 0)
        const offset = groupsOwn < 0n ? 0n : groupsOwn
        if (elsewhere === undefined || offset <= BigInt(elsewhere.offset))
          return { topic, partition, offset: `${offset}` }
        source.logger.warn({ topic, partition, offset: elsewhere.offset }, 'reading again from where the graph is')
        return { topic, partition, offset: elsewhere.offset }
      })
    } catch (error) {
      source.logger.warn({ err: translateKafkaError(error) }, 'where to read on is not known yet')
      await pause(RESTART_MS, signal)
    }
  }
  return []
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined)
}
