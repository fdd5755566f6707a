import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { SelfsameError } from '../errors.ts'

export const QUEUE = 'selfsame-jobs'
const PROJECTION = 'project-warehouse'
const FIRST_MS = 10_000
const SHORTEST_WATCH_MS = 1000

export interface ScheduleOptions {
  readonly redis: Redis
  readonly intervalMs: number
  readonly onError: (error: unknown) => void
}

/**
 * Has the projection scheduled, and looks again every interval: whoever empties Redis takes the schedule with it, and
 * a projection must not end for good because of that. Throws `redis_unreachable` after 10 s without an answer.
 */
export async function keepScheduled({
  redis,
  intervalMs,
  onError,
}: ScheduleOptions): Promise<{ close(): Promise<void> }> {
  const queue = new Queue(QUEUE, { connection: redis })
  queue.on('error', onError)
  const first = ensureScheduled(queue, intervalMs)
  const answered = await Promise.race([first.then(() => true), sleep(FIRST_MS, false, { ref: false })])
  if (!answered) {
    // It still waits for a connection that its owner is about to cut.
    first.catch(() => undefined)
    throw new SelfsameError('redis_unreachable', 'Redis cannot be reached', {
      retriable: true,
      remedy: 'is it running? `npx selfsame stack status` tells; its address is SELFSAME_REDIS_URL',
    })
  }
  const closing = new AbortController()
  const watching = (async () => {
    for (;;) {
      const pause = sleep(Math.max(SHORTEST_WATCH_MS, intervalMs), undefined, { ref: false, signal: closing.signal })
      await pause.catch(() => undefined)
      if (closing.signal.aborted) return
      await ensureScheduled(queue, intervalMs).catch(onError)
    }
  })()
  return {
    async close() {
      closing.abort()
      await watching
      await queue.close()
    },
  }
}

async function ensureScheduled(queue: Queue, intervalMs: number): Promise<void> {
  // One at a time among all workers, not only within each.
  if ((await queue.getGlobalConcurrency()) !== 1) await queue.setGlobalConcurrency(1)
  const [scheduler, jobs] = await Promise.all([
    queue.getJobScheduler(PROJECTION),
    queue.getJobCountByTypes('delayed', 'waiting', 'active'),
  ])
  if (scheduler?.every === intervalMs && jobs > 0) return
  await queue.upsertJobScheduler(PROJECTION, { every: intervalMs }, { name: PROJECTION })
}
