import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka } from '../../src/kafka.ts'

export interface Acknowledged {
  /** Name of the run, which its message ids begin with. */
  readonly run: string
  /** Numbers of its events that were acknowledged. */
  readonly events: Iterable<number>
}

export interface Found {
  /** Acknowledged events that are not in the topic. */
  readonly lost: number
  /** Messages beyond one an event: sent again where the answer was lost. */
  readonly repeated: number
}

const POLL_MS = 200

/** Reads the topic to its end and looks for every event that was acknowledged. */
export async function findAcknowledged(
  kafka: Kafka,
  topic: string,
  acknowledged: readonly Acknowledged[],
): Promise<Found> {
  const counts = new Map(acknowledged.map(({ run }) => [run, new Map<number, number>()]))
  const group = `acknowledged-${Date.now()}`
  const reader = await kafka.consume({
    group,
    topics: [topic],
    onBatch: async ({ messages, commit }) => {
      for (const { value } of messages) {
        const { messageId } = JSON.parse(String(value)) as { messageId: string }
        const [, run = '', number = ''] = /^[^:]*:(.*)-(\d+)$/.exec(messageId) ?? []
        const seen = counts.get(run)
        seen?.set(Number(number), (seen.get(Number(number)) ?? 0) + 1)
      }
      await commit(String(BigInt(messages.at(-1)?.offset ?? -1) + 1n))
    },
  })
  try {
    while ((await kafka.lag(group, [topic])).some(({ lag }) => lag > 0)) await sleep(POLL_MS)
  } finally {
    await reader.stop()
  }
  let lost = 0
  for (const { run, events } of acknowledged) for (const number of events) if (!counts.get(run)?.has(number)) lost += 1
  let repeated = 0
  for (const seen of counts.values()) for (const count of seen.values()) repeated += count - 1
  return { lost, repeated }
}
