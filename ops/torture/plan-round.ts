import type { RoundPlan } from './round.ts'
import { type Bounds, scheduleOf } from './schedule.ts'
import { streamOf } from './stream.ts'

/** Messages of a round before repetition: small batches are slow. */
const MESSAGES: readonly (readonly [batchSize: number, messages: number])[] = [
  [1, 300],
  [7, 1000],
  [50, 2000],
  [500, 4000],
  [2000, 6000],
]

/** What a round does; the same seed, round and bounds give the same. */
export function planOf(seed: number, round: number, bounds: Bounds): RoundPlan {
  const schedule = scheduleOf(seed, round, bounds)
  const [, count = 1000] = MESSAGES.find(([size]) => size >= schedule.batchSize) ?? []
  return {
    name: `torture-${process.pid}-${seed}-${round}`,
    schedule,
    stream: streamOf(seed, round, count),
  }
}
