import { setTimeout } from 'node:timers/promises'
import type { Consumer, ConsumerConfig, EachBatchPayload } from 'kafkajs'
import { translateKafkaError } from './kafka-errors.ts'
import type { Logger } from './telemetry.ts'

export interface KafkaMessage {
  /** A decimal number. */
  readonly offset: string
  readonly value: Buffer | null
}

export interface Position {
  readonly topic: string
  readonly partition: number
  /** The next offset to read, a decimal number. */
  readonly offset: string
}

/** Messages of one partition, in order. */
export interface KafkaBatch {
  readonly topic: string
  readonly partition: number
  readonly messages: readonly KafkaMessage[]
  /** The offset after the partition's last message when the batch was fetched. */
  readonly highWatermark: string
  /** Aborted when the work should end: a stop, or the partition is another consumer's now. */
  readonly signal: AbortSignal
  /** Commits the group's offset: the next one to read. Throws where the partition is not ours any more. */
  commit(offset: string): Promise<void>
}

export interface ConsumeOptions {
  readonly group: string
  readonly topics: readonly string[]
  /**
   * Batches come one after another. What was not committed when it returns or throws comes again. It is called with
   * the same messages again after a crash, a rebalance or a lost connection: its effect must be idempotent.
   */
  readonly onBatch: (batch: KafkaBatch) => Promise<void>
  /**
   * Positions known elsewhere for partitions just assigned, `'0'` for none: reading starts at the lesser of this and
   * the group's own. Asked again until it answers.
   */
  readonly resumeAt?: (assigned: readonly Omit<Position, 'offset'>[]) => Promise<readonly Position[]>
  /** After which a consumer that fell silent loses its partitions. Default 10 s; brokers refuse less than 6. */
  readonly sessionTimeoutMs?: number
}

export interface KafkaConsumer {
  /** Whether it is in its group, and so reading. */
  joined(): boolean
  /** Lets the batch under way end, leaves the group. No batch is begun after it was called. */
  stop(): Promise<void>
}

export interface Source extends ConsumeOptions {
  readonly logger: Logger
  readonly open: (settings: ConsumerConfig) => Consumer
  readonly committed: (topics: readonly string[]) => Promise<{ topic: string; partitions: Omit<Position, 'topic'>[] }[]>
}

const RESTART_MS = 1000

/** Joins the group and hands on its batches until stopped; a crash of the client is followed by a new start. */
export async function consumeWith(source: Source): Promise<KafkaConsumer> {
  const { group, topics, logger, sessionTimeoutMs = 10_000 } = source
  const stopping = new AbortController()
  let joined = false
  let resumed: Promise<void> = Promise.resolve()
  const consumer = source.open({
    groupId: group,
    allowAutoTopicCreation: false,
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.floor(sessionTimeoutMs / 5),
    rebalanceTimeout: 30_000,
    // Bounds memory: a fetch of all partitions, and of one. A larger message still comes, alone.
    maxBytes: 16 * 1024 * 1024,
    maxBytesPerPartition: 1024 * 1024,
    maxWaitTimeInMs: 500,
    // Without this a client that crashes while it stops starts again, and reads on after the stop.
    retry: {
      initialRetryTime: 200,
      maxRetryTime: 2000,
      retries: 5,
      restartOnFailure: async () => !stopping.signal.aborted,
    },
  })
  const start = async () => {
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => handle(payload, { source, stop: stopping.signal, resumed: () => resumed }),
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
  consumer.on('consumer.group_join', ({ payload }) => {
    joined = true
    const assigned = Object.entries(payload.memberAssignment as Record<string, number[]>).flatMap(
      ([topic, partitions]) => partitions.map((partition) => ({ topic, partition })),
    )
    // Set before the first fetch, which it holds up.
    resumed = resume(assigned, { source, consumer, signal: stopping.signal })
  })
  consumer.on('consumer.rebalancing', () => {
    joined = false
  })
  consumer.on('consumer.crash', ({ payload }) => {
    joined = false
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
    joined: () => joined,
    stop: async () => {
      joined = false
      stopping.abort()
      await consumer.disconnect()
    },
  }
}

interface Handling {
  readonly source: Source
  readonly stop: AbortSignal
  readonly resumed: () => Promise<void>
}

async function handle(payload: EachBatchPayload, { source, stop, resumed }: Handling): Promise<void> {
  const { batch, heartbeat, resolveOffset, commitOffsetsIfNecessary, isRunning, isStale } = payload
  await resumed()
  if (stop.aborted || !isRunning() || isStale()) return
  const { topic, partition, messages, highWatermark } = batch
  const lost = new AbortController()
  let refusal: unknown
  const refused = (error: unknown) => {
    refusal ??= error
    lost.abort()
  }
  const beat = setInterval(() => heartbeat().catch(refused), 500)
  const commit = async (offset: string) => {
    try {
      const last = (BigInt(offset) - 1n).toString()
      // Past the last message stand the control records of transactions, which nobody is shown.
      const next = last === messages.at(-1)?.offset ? (BigInt(batch.lastOffset()) + 1n).toString() : offset
      await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: next }] }] })
      resolveOffset(last)
    } catch (error) {
      refused(error)
      throw translateKafkaError(error)
    }
  }
  try {
    await source.onBatch({
      topic,
      partition,
      messages,
      highWatermark,
      commit,
      signal: AbortSignal.any([stop, lost.signal]),
    })
  } catch (error) {
    refused(error)
  } finally {
    clearInterval(beat)
  }
  // The client must see its own error: it tells a rebalance by it.
  if (refusal !== undefined) throw refusal
}

interface Resuming {
  readonly source: Source
  readonly consumer: Consumer
  readonly signal: AbortSignal
}

/** Moves back where the known position is before the group's. Never forward: no message is skipped because of it. */
async function resume(
  assigned: readonly Omit<Position, 'offset'>[],
  { source, consumer, signal }: Resuming,
): Promise<void> {
  if (source.resumeAt === undefined || assigned.length === 0) return
  while (!signal.aborted) {
    try {
      const known = await source.resumeAt(assigned)
      const groups = await source.committed([...new Set(assigned.map(({ topic }) => topic))])
      for (const { topic, partition, offset } of known) {
        const own = groups.find((each) => each.topic === topic)?.partitions.find((each) => each.partition === partition)
        if (own !== undefined && BigInt(own.offset) > BigInt(offset)) {
          source.logger.warn({ topic, partition, offset }, 'reading again from the position that the graph knows')
          consumer.seek({ topic, partition, offset })
        }
      }
      return
    } catch (error) {
      source.logger.warn({ err: translateKafkaError(error) }, 'the position to read from is not known yet')
      await pause(RESTART_MS, signal)
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined)
}
