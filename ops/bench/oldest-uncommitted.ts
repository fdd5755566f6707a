import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import type { BenchWorker } from './bench-worker.ts'

const METRIC = 'selfsame_oldest_uncommitted_seconds'
const EVERY_MS = 200

/** Asks a worker now and then how old its oldest message is that is not committed, until `end`, which answers milliseconds. */
export function sampleOldest(worker: BenchWorker): { end(): Promise<number[]> } {
  const ages: number[] = []
  let ending = false
  const sampling = (async () => {
    while (!ending) {
      const sample = (await worker.metrics()).find(({ name }) => name === METRIC)
      if (sample === undefined) throw new SelfsameError('bench_incomplete', `a worker shows no ${METRIC}`)
      ages.push(sample.value * 1000)
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
