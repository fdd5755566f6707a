import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import { type Sample, scrape } from '../demo/metrics.ts'
import type { Bench } from './bench-stack.ts'
import { hasEnded, peakMemory, plainEnvironment, stopChild } from './child.ts'

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
  stop(): Promise<void>
}

const LONGEST_START_MS = 120_000
/** Longer than a fetch waits for messages. */
const FETCH_MS = 700

/** Starts a worker and waits until it reads. Throws `child_failed`. */
export async function startBenchWorker({ logs, atEnd }: Bench, name: string): Promise<BenchWorker> {
  mkdirSync(logs, { recursive: true })
  const log = join(logs, 'bench-worker.log')
  const file = openSync(log, 'a', 0o600)
  // Of a group of its own: Ctrl-C is for the benchmark, which stops everything in order.
  const child = fork(join(import.meta.dirname, 'run-worker.ts'), [name], {
    ...{ env: plainEnvironment(), detached: true, stdio: ['ignore', file, file, 'ipc'] },
  })
  closeSync(file)
  const stop = () => stopChild(child)
  atEnd(stop)
  const failed = () => new SelfsameError('child_failed', 'the worker did not start', { remedy: `its log: ${log}` })
  const url = await addressOf(child)
  if (url === undefined) throw failed()
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
    stop,
  }
}

async function addressOf(child: ChildProcess): Promise<string | undefined> {
  const waiting = new AbortController()
  const { signal } = waiting
  const told = once(child, 'message', { signal }).then(([message]) => (message as { address: string }).address)
  const ended = once(child, 'exit', { signal }).then(() => undefined)
  const late = sleep(LONGEST_START_MS, undefined, { signal })
  for (const each of [told, ended, late]) each.catch(() => undefined)
  const address = await Promise.race([told, ended, late])
  waiting.abort()
  return address
}

async function untilReading(url: string, child: ChildProcess, failed: () => Error): Promise<void> {
  const deadline = performance.now() + LONGEST_START_MS
  while (performance.now() < deadline && !hasEnded(child)) {
    if ((await fetch(`${url}/readyz`)).ok) return
    await sleep(100)
  }
  throw failed()
}
