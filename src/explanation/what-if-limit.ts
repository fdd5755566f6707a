import { setImmediate } from 'node:timers/promises'
import { SelfsameError } from '../errors.ts'

export type StopReason = 'time' | 'size'

export interface LimitOptions {
  /** Milliseconds. */
  readonly time: number
  /** Rows of one sort that are read, at most. */
  readonly rows: number
  /** Ends it: whoever asked is gone. */
  readonly signal?: AbortSignal | undefined
}

/** What keeps a long calculation within bounds. Everything of it throws `what_if_stopped` once a bound is reached. */
export interface Limit {
  /** Undefined while no bound is reached. Aborted: there is nobody to tell. */
  reason(): StopReason | 'aborted' | undefined
  /** To be called of every row of a sort. */
  row(step: string): void
  /** To be called between pieces of work: others are let through every few milliseconds. */
  pause(): Promise<void>
  /** Never resolves; rejects when a bound is reached, also while nothing comes from the store. */
  readonly reached: Promise<never>
  /** To be called when all is done. */
  end(): void
}

/** Others wait no longer than this, about. */
const TURN_MS = 10
/** The clock is looked at once in so many rows. */
const ROWS_A_LOOK = 64

/** A timer of more would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Begins to count at once. To be ended, or its timer keeps the process. */
export function createLimit({ time, rows, signal }: LimitOptions): Limit {
  const deadline = performance.now() + time
  const counts = new Map<string, number>()
  let reason: ReturnType<Limit['reason']>
  let turn = performance.now()
  let reject: (error: Error) => void = () => undefined
  const reached = new Promise<never>((_, rejected) => {
    reject = rejected
  })
  // Whoever races against it may be through already.
  reached.catch(() => undefined)
  const stop = (why: NonNullable<typeof reason>): SelfsameError => {
    reason ??= why
    const error = new SelfsameError('what_if_stopped', 'a bound was reached')
    reject(error)
    return error
  }
  const abort = () => void stop('aborted')
  const timer = setTimeout(() => stop('time'), Math.min(time, LONGEST_TIMER_MS))
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()

  const check = () => {
    if (reason !== undefined) throw stop(reason)
    if (performance.now() > deadline) throw stop('time')
  }
  return {
    reached,
    reason: () => reason,
    row(step) {
      const count = (counts.get(step) ?? 0) + 1
      counts.set(step, count)
      if (count > rows) throw stop('size')
      if (count % ROWS_A_LOOK === 0 || reason !== undefined) check()
    },
    async pause() {
      check()
      if (performance.now() - turn < TURN_MS) return
      await setImmediate()
      turn = performance.now()
      check()
    },
    end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
}
