import { once } from 'node:events'
import { SelfsameError } from '../../src/errors.ts'
import type { Bench } from './bench-stack.ts'
import { startChild } from './start-child.ts'

/** What a load generator is to do. */
export interface Job {
  /** Of the server, without a path. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly bodies: readonly string[]
  /** Each in turn, or as `zipf` draws them. */
  readonly order: 'turns' | 'zipf'
  /** Of how many clients each asks as soon as it is answered. */
  readonly clients: number
  readonly seconds: number
  /** The status that answers must have, and how they must begin. */
  readonly expected: { readonly status: number; readonly start: string }
}

export interface Load {
  readonly perSecond: number
  readonly answers: number
  /** Milliseconds. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly most: number
}

interface Answer {
  readonly load: Load
  readonly wrong: string | undefined
}

/** Runs a job in the generator's own process. Throws `bench_wrong` where anything was answered otherwise. */
export type RunLoad = (job: Job) => Promise<Load>

export async function startLoad(bench: Bench): Promise<RunLoad> {
  const { child, failed } = await startChild(bench, 'run-load.ts')
  return async (job) => {
    const waiting = new AbortController()
    const { signal } = waiting
    const answered = once(child, 'message', { signal }).then(([message]) => message as Answer)
    const ended = once(child, 'exit', { signal }).then(() => undefined)
    for (const each of [answered, ended]) each.catch(() => undefined)
    child.send(job)
    const answer = await Promise.race([answered, ended])
    waiting.abort()
    if (answer === undefined) throw failed()
    const { load, wrong } = answer
    if (wrong !== undefined) throw new SelfsameError('bench_wrong', `an answer was not as expected: ${wrong}`)
    return load
  }
}
