import neo4j, {
  type Driver,
  type Record as DriverRecord,
  type ManagedTransaction,
  type RecordShape,
  type Session,
} from 'neo4j-driver'
import type { Config } from '../config.ts'
import { exhausted, heals, translate } from './errors.ts'
import { send } from './send.ts'
import { statement } from './statements.ts'

/** Rows of a statement; integers of the store arrive as JavaScript numbers. */
export type Rows<R> = Promise<R[]>
/** Values of parameters: integers as `int(n)`, a bare number becomes a float. */
export type Params = Readonly<Record<string, unknown>>

/** A transaction under way. Whatever runs in it may run again. */
export interface Transaction {
  run<R extends RecordShape>(name: string, params?: Params): Rows<R>
}

/** The graph database as the rest of the house sees it. Statements are named by their file, see statements.ts. */
export interface Graph {
  readonly driver: Driver
  readonly database: string
  /** One read in a transaction of its own. */
  read<R extends RecordShape>(name: string, params?: Params): Rows<R>
  /** Rows one after another, so that memory stays bounded whatever their number. */
  stream<R extends RecordShape>(name: string, params?: Params): AsyncIterable<R>
  /**
   * Runs `work` in a write transaction, again where the store asks for it (deadlock, conflict, lost connection);
   * it is told which attempt it is, from 1. `patienceMs`: how long it waits for others, or for a store that is away;
   * default minutes.
   */
  write<T>(
    work: (transaction: Transaction, attempt: number) => Promise<T>,
    onRetry?: (code: string) => void,
    patienceMs?: number,
  ): Promise<T>
  /** The same as `write`, but whatever `work` writes is rolled back when it is done: nobody else ever sees it. */
  rehearse<T>(
    work: (transaction: Transaction, attempt: number) => Promise<T>,
    onRetry?: (code: string) => void,
    patienceMs?: number,
  ): Promise<T>
  close(): Promise<void>
}

export const int = neo4j.int

const MAX_ATTEMPTS = 20
/** How long a transaction waits for others, or for a store that is away: longer than it takes to start again. */
export const PATIENCE_MS = 180_000
/** Past this a transaction is given up, so that none holds its locks for ever. */
const LIMITS = { timeout: 120_000 }
const LONGEST_PAUSE_MS = 2000

interface GraphOptions {
  /** Milliseconds after which Neo4j gives a read up. Default: as Neo4j is configured. */
  readonly readTimeoutMs?: number
}

/** Opens the driver; nothing is sent before the first statement. Errors come out as `SelfsameError`, see errors.ts. */
export function openGraph(
  config: Pick<Config, 'neo4j_uri' | 'neo4j_user' | 'neo4j_password' | 'neo4j_database'>,
  { readTimeoutMs }: GraphOptions = {},
): Graph {
  const reading = readTimeoutMs === undefined ? {} : { timeout: readTimeoutMs }
  const auth = neo4j.auth.basic(config.neo4j_user, config.neo4j_password)
  const driver = neo4j.driver(config.neo4j_uri, auth, {
    disableLosslessIntegers: false,
    maxTransactionRetryTime: 0,
    telemetryDisabled: true,
  })
  const database = config.neo4j_database
  const session = (mode: 'READ' | 'WRITE') => driver.session({ database, defaultAccessMode: mode })
  return {
    driver,
    database,
    // In a transaction that is this one statement: it would not be tried again in one of the driver's either.
    read: (name, params) =>
      withSession(session('READ'), (open) => {
        const run = (text: string, given?: Params) => open.run(text, given, reading)
        return transactionOf({ run }).run(name, params) as never
      }),
    stream: (name, params) => streamRows(session('READ'), name, params),
    write: (work, onRetry, patienceMs) =>
      withRetries(
        (attempt) =>
          withSession(session('WRITE'), (open) => open.executeWrite((tx) => work(transactionOf(tx), attempt), LIMITS)),
        onRetry,
        patienceMs,
      ),
    rehearse: (work, onRetry, patienceMs) =>
      withRetries(
        (attempt) =>
          withSession(session('WRITE'), async (open) => {
            const tx = await open.beginTransaction(LIMITS)
            try {
              return await work(transactionOf(tx), attempt)
            } finally {
              // Where it cannot be undone, the store does that when the connection goes.
              if (tx.isOpen()) await tx.rollback().catch(() => undefined)
            }
          }),
        onRetry,
        patienceMs,
      ),
    close: () => driver.close(),
  }
}

/** A transaction of the driver as the rest of the house sees it. */
export function transactionOf(tx: Pick<ManagedTransaction, 'run'>): Transaction {
  return {
    run: async (name, params = {}) => {
      const text = statement(name)
      const result = await send(() => tx.run(text, params))
      return result.records.map(rowOf) as never
    },
  }
}

async function withRetries<T>(
  once: (attempt: number) => Promise<T>,
  onRetry: ((code: string) => void) | undefined,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const start = Date.now()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(attempt)
    } catch (error) {
      const translated = translate(error)
      if (!translated.retriable) throw translated
      const givesUp = heals(translated) ? Date.now() - start > patienceMs : attempt >= MAX_ATTEMPTS
      if (givesUp) throw exhausted(translated)
      onRetry?.(translated.code)
      await pause(attempt)
    }
  }
}

/** Exponential, with full jitter, so that those who collided do not meet again. */
export function pause(attempt: number): Promise<void> {
  const longest = Math.min(LONGEST_PAUSE_MS, 20 * 2 ** attempt)
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest))
}

async function* streamRows<R>(session: Session, name: string, params: Params = {}): AsyncIterable<R> {
  try {
    for await (const record of session.run(statement(name), params)) yield rowOf(record) as R
  } catch (error) {
    throw translate(error)
  } finally {
    await session.close()
  }
}

async function withSession<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
  try {
    return await work(session)
  } catch (error) {
    throw translate(error)
  } finally {
    // A session that cannot close lost its connection: the work has said so already.
    await session.close().catch(() => undefined)
  }
}

/** By the place of each value: the driver's `toObject` takes ten times as long. */
function rowOf(record: DriverRecord): RecordShape {
  const row: RecordShape = {}
  for (const [index, key] of record.keys.entries()) row[key] = plain(record.get(index))
  return row
}

/** Integers as numbers (all of ours are below 2^53), nodes and lists by their parts. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (neo4j.isInt(value)) return value.toNumber()
  if (Array.isArray(value)) return value.map(plain)
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))
}
