import { setTimeout } from 'node:timers/promises'
import { gather } from '../../src/gather.ts'
import type { Kafka, Position } from '../../src/kafka.ts'

export interface CommitWatch {
  /** Whether all that stands before these positions is in the graph, by then. */
  until(ends: readonly Position[], deadline: number): Promise<boolean>
}

/** Between two questions to Kafka, however many wait. */
const POLL_MS = 20

/**
 * Watches how far the workers are. Their group's offsets are asked, not those in the graph: the group's move with
 * every batch, only when the graph has it and its dead letters are safe, while those in the graph may lag by seconds
 * where nothing new comes, as with a customer who is known.
 */
export function watchCommits({
  kafka,
  group,
  topic,
}: {
  kafka: Pick<Kafka, 'committed'>
  group: string
  topic: string
}): CommitWatch {
  const ask = gather<undefined, ReadonlyMap<number, bigint>>({
    work: async (askers) => {
      const positions = await kafka.committed(group, topic)
      const reached = new Map(positions.map(({ partition, offset }) => [partition, BigInt(offset)]))
      return askers.map(() => reached)
    },
  })
  return {
    async until(ends, deadline) {
      for (;;) {
        const reached = await ask(undefined)
        if (ends.every(({ partition, offset }) => (reached.get(partition) ?? 0n) >= BigInt(offset))) return true
        if (performance.now() + POLL_MS > deadline) return false
        await setTimeout(POLL_MS)
      }
    },
  }
}
