import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../errors.ts'
import { untilStopped } from './until-stopped.ts'

/** What a process that serves tells the one that started it, once it listens. */
export interface Serving {
  readonly url: string
  readonly notice: string
  readonly graphiql: boolean
  readonly events: boolean
}

const LONGEST_STOP_MS = 9500
const PAUSE_MS = 1000

/**
 * Serves from so many processes that share one address, each the same command with a graph driver of its own; one that
 * ends is started anew. Ends when it is told to, and all of them within 10 s. Throws `process_failed` where one does not
 * come up: its own message says why.
 */
export async function serveProcesses(count: number, onServing: (serving: Serving) => void): Promise<void> {
  const stopped = untilStopped()
  let stopping = false
  const running = new Set<Worker>()
  const start = async () => {
    const worker = cluster.fork()
    running.add(worker)
    const ended = once(worker, 'exit').finally(() => running.delete(worker))
    const serving = await Promise.race([once(worker, 'message').then(([message]) => message as Serving), ended])
    if (Array.isArray(serving)) throw failed()
    void ended.then(async () => {
      if (stopping) return
      await sleep(PAUSE_MS)
      // One that does not come up again is tried no more; the others serve.
      if (!stopping) await start().catch(() => undefined)
    })
    return serving
  }
  try {
    const [serving] = await Promise.all(Array.from({ length: count }, start))
    if (serving !== undefined) onServing(serving)
    await stopped
  } finally {
    stopping = true
    await stopAll(running)
  }
}

async function stopAll(running: ReadonlySet<Worker>): Promise<void> {
  const workers = [...running]
  const exits = workers.map((worker) => once(worker, 'exit'))
  for (const worker of workers) worker.process.kill('SIGTERM')
  await Promise.race([Promise.all(exits), sleep(LONGEST_STOP_MS, undefined, { ref: false })])
  for (const worker of running) worker.process.kill('SIGKILL')
}

function failed(): SelfsameError {
  return new SelfsameError('process_failed', 'a process that was to serve ended before it listened', {
    remedy: 'what it says above tells why; --processes 1 serves from this one alone',
  })
}
