import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../src/config.ts'
import { type Sample, scrape } from '../demo/metrics.ts'
import type { Bench } from './bench-stack.ts'
import { hasEnded, peakMemory, stopChild } from './child.ts'
import { startChild } from './start-child.ts'

/** A worker process that reads the topics of one run. */
export interface BenchWorker {
  readonly group: string
  readonly topicName: (topic: string) => string
  metrics(): Promise<Sample[]>
  /** Stops it where it stands, with no fetch under way: what is sent meanwhile it finds all at once. */
  hold(): Promise<void>
  release(): void
  /** In MB; undefined where the system does not tell. */
  peakMemory(): number | undefined
  /** Throws `child_failed` where it has left, which it never does of its own. */
  expectAlive(): void
  stop(): Promise<void>
}

const LONGEST_START_MS = 300_000
/** Longer than a fetch waits for messages. */
const FETCH_MS = 700

/**
 * Starts a worker and waits until it reads. Workers of one name share its topics and its group; `settings` are those
 * of the configuration that are not the default. Throws `child_failed`.
 */
export async function startBenchWorker(
  bench: Bench,
  name: string,
  settings: Partial<Config> = {},
): Promise<BenchWorker> {
  const { child, url, failed } = await startChild(bench, 'run-worker.ts', [name, JSON.stringify(settings)])
  const stop = () => stopChild(child)
  await untilReading(url, child, failed)
  return {
    group: name,
    topicName: (topic) => `${name}-${topic}`,
    metrics: () => scrape(url),
    hold: async () => {
      child.kill('SIGSTOP')
      await sleep(FETCH_MS)
    },
    release: () => void child.kill('SIGCONT'),
    peakMemory: () => peakMemory(child),
    expectAlive: () => {
      if (hasEnded(child)) throw failed()
    },
    stop,
  }
}

async function untilReading(url: string, child: ChildProcess, failed: () => Error): Promise<void> {
  const deadline = performance.now() + LONGEST_START_MS
  while (performance.now() < deadline && !hasEnded(child)) {
    if (
      await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    await sleep(100)
  }
  throw failed()
}
