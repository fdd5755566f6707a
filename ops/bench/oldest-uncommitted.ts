import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import type { BenchWorker } from './bench-worker.ts'

const METRIC = 'selfsame_oldest_uncommitted_seconds'
const EVERY_MS = 200
/** What a worker that keeps up may be behind by. */
const BEHIND_S = 1
const LONGEST_CATCH_UP_MS = 300_000

/** Asks a worker now and then how old its oldest message is that is not committed, until `end`, which answers milliseconds. */
export function sampleOldest(worker: BenchWorker): { end(): Promise<number[]> } {
  const ages: number[] = []
  let ending = false
  const sampling = (async () => {
    while (!ending) {
      ages.push(1000 * (await oldestUncommitted(worker)))
      await sleep(EVERY_MS)
    }
    return ages
  })()
  // Its failure is told by `end`.
  sampling.catch(() => undefined)
  return {
    end: () => {
      ending = true
      return sampling
    },
  }
}

/** Seconds. Throws `bench_incomplete` where the worker does not show it. */
async function oldestUncommitted(worker: BenchWorker): Promise<number> {
  const sample = (await worker.metrics()).find(({ name }) => name === METRIC)
  if (sample === undefined) throw new SelfsameError('bench_incomplete', `a worker shows no ${METRIC}`)
  return sample.value
}

/** Waits until a worker that events come in for is not behind any more. Throws `bench_stuck` where it never is. */
export async function untilCaughtUp(worker: BenchWorker): Promise<void> {
  const deadline = performance.now() + LONGEST_CATCH_UP_MS
  while ((await oldestUncommitted(worker)) > BEHIND_S) {
    worker.expectAlive()
    const late = performance.now() > deadline
    if (late) throw new SelfsameError('bench_stuck', 'the worker cannot keep up with what comes in')
    await sleep(EVERY_MS)
  }
}
