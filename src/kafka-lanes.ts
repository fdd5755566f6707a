import { setTimeout } from 'node:timers/promises'
import type { Consumer, EachBatchPayload } from 'kafkajs'
import { gather } from './gather.ts'
import type { ConsumeOptions, Place, Position } from './kafka-consumer.ts'
import { translateKafkaError } from './kafka-errors.ts'
import { Lane } from './kafka-lane.ts'
import type { Logger } from './telemetry.ts'

export interface LanesOptions extends Pick<ConsumeOptions, 'onBatch' | 'mostMessages' | 'mostUnderWay'> {
  readonly consumer: Pick<Consumer, 'pause' | 'resume' | 'seek' | 'commitOffsets'>
  readonly logger: Logger
  readonly stop: AbortSignal
}

/**
 * Between the client, which fetches all partitions in one loop, and the work on each: messages wait in a lane a
 * partition, the loop goes on (so that the consumer stays in its group however long the work takes), and a partition
 * whose lane is full is paused until it has room. Memory is bounded by what lanes hold, whatever the backlog.
 */
export interface Lanes {
  /** Takes what was fetched; what it takes counts as read for the client, not for the group. */
  take(payload: EachBatchPayload): void
  /** These partitions, and no others, are ours. Nothing is fetched until `begin`. */
  assign(assigned: readonly Place[]): void
  /** Reading begins at these positions. */
  begin(positions: readonly Position[]): void
  /** Reads a partition again from there. */
  rewind(position: Position): void
  /** Resolves when nothing is being handled. */
  settled(): Promise<void>
  all(): Iterable<Lane>
}

const LANE_BYTES = 2 * 1024 * 1024
const ALL_LANES_BYTES = 48 * 1024 * 1024
const AGAIN_MS = 1000

export function createLanes(options: LanesOptions): Lanes {
  const { consumer, stop, mostUnderWay = Number.POSITIVE_INFINITY } = options
  const lanes = new Map<string, Lane>()
  const enter = createGate(mostUnderWay)
  const handlings = new Set<Promise<void>>()
  const commit = gather<Position, void>({
    work: async (positions) => {
      await consumer.commitOffsets([...positions])
      return positions.map(() => undefined)
    },
  })

  const laneOf = ({ topic, partition }: Place) => {
    const key = `${topic}/${partition}`
    const lane = lanes.get(key) ?? new Lane(topic, partition)
    lanes.set(key, lane)
    return lane
  }
  const bytes = () => [...lanes.values()].reduce((sum, lane) => sum + lane.bytes, 0)

  const pauseIfFull = (lane: Lane) => {
    if (lane.paused || (lane.bytes < LANE_BYTES && bytes() < ALL_LANES_BYTES)) return
    lane.paused = true
    tell(() => consumer.pause([partitionsOf(lane)]))
  }
  const resumeWithRoom = () => {
    if (bytes() >= ALL_LANES_BYTES) return
    for (const lane of lanes.values()) {
      if (!lane.paused || lane.bytes > LANE_BYTES / 2) continue
      lane.paused = false
      tell(() => consumer.resume([partitionsOf(lane)]))
    }
  }

  const handle = async (lane: Lane) => {
    const { signal } = lane
    const messages = lane.first(options.mostMessages ?? Number.POSITIVE_INFINITY)
    const leave = await enter(messages.length)
    try {
      if (signal.aborted || stop.aborted) return
      await options.onBatch({
        topic: lane.topic,
        partition: lane.partition,
        messages,
        highWatermark: lane.highWatermark,
        signal: AbortSignal.any([stop, signal]),
        commit: async (offset) => {
          signal.throwIfAborted()
          await commit({ topic: lane.topic, partition: lane.partition, offset: lane.nextOf(offset) }).catch((error) => {
            throw translateKafkaError(error)
          })
          if (signal.aborted) return
          lane.done(offset)
          resumeWithRoom()
        },
      })
    } finally {
      leave()
    }
  }

  const run = async (lane: Lane) => {
    while (lane.length > 0 && !stop.aborted) {
      const { signal } = lane
      const [oldest] = lane.first(1)
      const failure = await handle(lane).then(
        () => undefined,
        (error: unknown) => ({ error }),
      )
      if (signal.aborted || stop.aborted) continue
      const { topic, partition } = lane
      if (failure !== undefined) {
        const err = translateKafkaError(failure.error)
        options.logger.warn({ topic, partition, err }, 'a batch failed and comes again')
      }
      // By what is first, not by how many wait: as many may have come as were done.
      const isStuck = lane.first(1)[0] === oldest
      if (failure !== undefined || isStuck) await pause(AGAIN_MS, AbortSignal.any([stop, signal]))
    }
  }

  const start = (lane: Lane) => {
    if (lane.handling || lane.length === 0) return
    lane.handling = true
    const handling = run(lane).finally(() => {
      lane.handling = false
      handlings.delete(handling)
      // What came after it had looked.
      if (!stop.aborted) start(lane)
    })
    handlings.add(handling)
  }

  return {
    take({ batch, resolveOffset, isRunning, isStale }) {
      const last = batch.messages.at(-1)?.offset
      if (last === undefined || stop.aborted || !isRunning() || isStale()) return
      const lane = laneOf(batch)
      const { messages, highWatermark } = batch
      lane.push({ messages, highWatermark, next: (BigInt(batch.lastOffset()) + 1n).toString() })
      resolveOffset(last)
      pauseIfFull(lane)
      start(lane)
    },
    assign(assigned) {
      const ours = new Set(assigned.map(({ topic, partition }) => `${topic}/${partition}`))
      for (const [key, lane] of lanes) {
        lane.reset()
        if (!ours.has(key)) lanes.delete(key)
      }
      for (const place of assigned) laneOf(place).paused = true
      tell(() => consumer.pause([...lanes.values()].map(partitionsOf)))
    },
    begin(positions) {
      for (const position of positions) {
        laneOf(position).begin(position.offset)
        tell(() => consumer.seek(position))
      }
      resumeWithRoom()
    },
    rewind(position) {
      const lane = laneOf(position)
      lane.reset()
      tell(() => consumer.seek(position))
      resumeWithRoom()
    },
    settled: async () => {
      await Promise.allSettled(handlings)
    },
    all: () => lanes.values(),
  }
}

/** A client that has crashed takes no orders; it begins anew, with partitions assigned anew. */
function tell(order: () => void): void {
  try {
    order()
  } catch (error) {
    const { code } = translateKafkaError(error)
    if (code === 'internal') throw error
  }
}

function partitionsOf({ topic, partition }: Place) {
  return { topic, partitions: [partition] }
}

/** Lets in so much at once, in the order of asking; what is heavier than all of it goes alone. */
function createGate(most: number): (weight: number) => Promise<() => void> {
  const waiting: { weight: number; enter: () => void }[] = []
  let inside = 0
  const open = () => {
    for (let [next] = waiting; next && (inside === 0 || inside + next.weight <= most); [next] = waiting) {
      waiting.shift()
      inside += next.weight
      next.enter()
    }
  }
  return async (weight) => {
    await new Promise<void>((enter) => {
      waiting.push({ weight, enter })
      open()
    })
    return () => {
      inside -= weight
      open()
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined)
}
