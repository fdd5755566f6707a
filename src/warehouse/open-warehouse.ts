import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { SelfsameError } from '../errors.ts'

export interface OpenOptions {
  readonly file: string
  /** Readers share the file with each other, a writer has it alone. */
  readonly readOnly?: boolean
  /** Milliseconds to wait while another process has the file. Default 30,000. */
  readonly waitMs?: number
  readonly signal?: AbortSignal
  /** Told once when there is something to wait for. */
  readonly onWait?: () => void
}

const WAIT_MS = 30_000
const LONGEST_PAUSE_MS = 200
// A sink is a guest in its process: DuckDB would take four fifths of the machine's memory and every core.
const SETTINGS = { memory_limit: '512MB', threads: '2' }

/** By file: the end of the queue of those in this process who want it. */
const queues = new Map<string, Promise<unknown>>()

/**
 * Opens the warehouse, works, closes it, whatever happened. Throws `warehouse_missing` (only readers: a writer makes
 * the file), `warehouse_busy` (retriable), `warehouse_unreadable`.
 */
export function withWarehouse<T>(options: OpenOptions, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  // The file's lock is the process's: within it a second opening would succeed, and spoil the file. So, one by one.
  const file = resolve(options.file)
  const turn = (queues.get(file) ?? Promise.resolve()).then(() => alone({ ...options, file }, work))
  const settled = turn.then(
    () => undefined,
    () => undefined,
  )
  queues.set(file, settled)
  void settled.then(() => queues.get(file) === settled && queues.delete(file))
  return turn
}

async function alone<T>(options: OpenOptions, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await open(options)
  try {
    const connection = await instance.connect()
    try {
      return await work(connection)
    } finally {
      // Closing does it too, but on this thread, and everything else in the process would stand still for it.
      if (!options.readOnly) await connection.run('CHECKPOINT').catch(() => undefined)
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

async function open({ file, readOnly, waitMs = WAIT_MS, signal, onWait }: OpenOptions): Promise<DuckDBInstance> {
  const deadline = Date.now() + waitMs
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openNow(file, readOnly === true)
    } catch (error) {
      if (!isHeld(error)) throw translate(error)
      if (attempt === 1) onWait?.()
      if (Date.now() >= deadline || signal?.aborted) throw busy(error)
    }
    await sleep(Math.min(LONGEST_PAUSE_MS, 10 * 2 ** attempt) * (0.5 + Math.random() / 2))
  }
}

function openNow(file: string, readOnly: boolean): Promise<DuckDBInstance> {
  if (!readOnly) {
    mkdirSync(dirname(file), { recursive: true })
    return DuckDBInstance.create(file, SETTINGS)
  }
  if (!existsSync(file)) {
    throw new SelfsameError('warehouse_missing', 'there is no warehouse yet', {
      remedy: 'run `npx selfsame work`: its first projection makes the file, within seconds',
    })
  }
  return DuckDBInstance.create(file, { ...SETTINGS, access_mode: 'READ_ONLY' })
}

/** DuckDB's errors carry a text and nothing else: this is the one place that reads it. */
function isHeld(error: unknown): boolean {
  return error instanceof Error && /could not set lock on file/i.test(error.message)
}

function busy(cause: unknown): SelfsameError {
  return new SelfsameError('warehouse_busy', 'another process holds the warehouse', {
    retriable: true,
    cause,
    remedy: 'a projection holds it for seconds at most; close whatever else has the file open, and run it again',
  })
}

function translate(error: unknown): SelfsameError {
  if (error instanceof SelfsameError) return error
  return new SelfsameError('warehouse_unreadable', 'the warehouse cannot be opened', {
    cause: error,
    remedy:
      'see that its disk is there, has room, and may be written; if the file is broken move it away: the next ' +
      'projection makes it anew from the graph, all but its events',
  })
}
