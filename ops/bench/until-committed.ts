import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import type { Kafka } from '../../src/kafka.ts'
import { type Sample, sumBy } from '../demo/metrics.ts'
import type { BenchWorker } from './bench-worker.ts'

/** The topic that benchmarks write to. */
export const TOPIC = 'observations'

/** What workers of one group must have done by then, since they started. */
export interface Expected {
  readonly messages: number
  /** How many of them brought something new; absent: however many. */
  readonly applied?: number
}

const POLL_MS = 50
/** A question costs a hundredth of a second of CPU, which the worker lacks: the answer may be wrong by 1 %. */
const LONGEST_POLL_MS = 250
const POLLS = 100
const NO_PROGRESS_MS = 120_000
/** A worker counts what it did within so long of committing it. */
const COUNTED_MS = 5000

/**
 * Waits until the group has committed all that its topic holds, and answers when that was (`performance.now()`).
 * Kafka is asked, not the worker, which has better things to do. Throws `bench_stuck`, `child_failed` where a worker
 * left, `bench_wrong` where the outcomes are not those expected.
 */
export async function untilCommitted(
  kafka: Kafka,
  workers: readonly BenchWorker[],
  expected: Expected,
): Promise<number> {
  const [{ group, topicName }] = workers as [BenchWorker]
  let least = Number.POSITIVE_INFINITY
  const start = performance.now()
  let since = start
  for (;;) {
    const lag = (await kafka.lag(group, [topicName(TOPIC)])).reduce((sum, each) => sum + each.lag, 0)
    if (lag === 0) break
    for (const worker of workers) worker.expectAlive()
    if (lag < least) since = performance.now()
    least = Math.min(least, lag)
    if (performance.now() - since > NO_PROGRESS_MS) throw new SelfsameError('bench_stuck', 'no progress any more')
    await sleep(Math.min(LONGEST_POLL_MS, Math.max(POLL_MS, (performance.now() - start) / POLLS)))
  }
  const end = performance.now()
  await expectOutcomes(workers, expected)
  return end
}

async function expectOutcomes(workers: readonly BenchWorker[], { messages, applied }: Expected): Promise<void> {
  const deadline = performance.now() + COUNTED_MS
  for (;;) {
    const outcomes = await outcomesOf(workers)
    const all = [...outcomes.values()].reduce((sum, value) => sum + value, 0)
    const dead = outcomes.get('dead_letter') ?? 0
    const asExpected = applied === undefined || outcomes.get('applied') === applied
    if (all === messages && asExpected && dead === 0) return
    if (all > messages || dead > 0 || performance.now() > deadline) {
      throw new SelfsameError(
        'bench_wrong',
        `of ${messages} messages ${applied ?? 'any number'} should have brought something new`,
        {
          remedy: `outcomes: ${JSON.stringify(Object.fromEntries(outcomes))}`,
        },
      )
    }
    await sleep(POLL_MS)
  }
}

async function outcomesOf(workers: readonly BenchWorker[]): Promise<Map<string, number>> {
  return sumBy(await metricsOf(workers), 'selfsame_events_total', 'outcome')
}

/** The samples of all workers together. */
export async function metricsOf(workers: readonly BenchWorker[]): Promise<Sample[]> {
  return (await Promise.all(workers.map((worker) => worker.metrics()))).flat()
}
