import { readFile, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { type DuckDBConnection, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api'
import type { Logger } from 'pino'
import { rejectFile, waitingFiles } from './events-inbox.ts'
import { appendRows, stage } from './stage.ts'
import { inTransaction } from './tables.ts'

export interface LoadedEvents {
  readonly files: number
  /** New ones: what was loaded before counts as nothing. */
  readonly events: number
  readonly rejected: number
}

// One transaction's worth; a file has at most as many events as a batch has messages.
const EVENTS_AT_ONCE = 20_000
const FILES_AT_ONCE = 500

/**
 * Loads some of the folder `inbox`, oldest files first: commits, then deletes them. Killed in between, the next load finds
 * them again and every event by its message id in the table: at least once in, exactly once there.
 */
export async function loadEvents(
  connection: DuckDBConnection,
  { inbox, logger, beforeDelete }: { inbox: string; logger: Logger; beforeDelete: () => Promise<void> },
): Promise<LoadedEvents> {
  const { rows, loaded, rejected } = await readSome(inbox, logger)
  const events = rows.length === 0 ? 0 : await insert(connection, rows)
  await beforeDelete()
  for (const file of loaded) await rm(file, { force: true })
  return { files: loaded.length, events, rejected }
}

async function readSome(inbox: string, logger: Logger) {
  const rows: DuckDBValue[][] = []
  const loaded: string[] = []
  let rejected = 0
  for (const file of waitingFiles(inbox)) {
    if (rows.length >= EVENTS_AT_ONCE || loaded.length >= FILES_AT_ONCE) break
    const parsed = parse(await readFile(file, 'utf8'))
    if (typeof parsed === 'number') {
      rejected += 1
      await rejectFile(file)
      logger.warn({ file: basename(file), line: parsed }, 'a file of events cannot be read and is put aside')
      continue
    }
    for (const row of parsed) rows.push(row)
    loaded.push(file)
  }
  return { rows, loaded, rejected }
}

async function insert(connection: DuckDBConnection, rows: readonly DuckDBValue[][]): Promise<number> {
  return inTransaction(connection, async () => {
    await stage(connection, 'events')
    await appendRows(connection, 'staged_events', rows)
    const { rowsChanged } = await connection.run(`
      INSERT INTO events SELECT DISTINCT ON (message_id) * FROM staged_events s
      WHERE NOT EXISTS (FROM events e WHERE e.message_id = s.message_id)`)
    return rowsChanged
  })
}

/** The rows of a file, in the order of the columns of `events`, or the number of the line that is none. */
function parse(text: string): DuckDBValue[][] | number {
  const rows: DuckDBValue[][] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const row = rowOf(line)
    if (row === undefined) return index + 1
    rows.push(row)
  }
  return rows
}

function rowOf(line: string): DuckDBValue[] | undefined {
  let event: Record<string, unknown> | null
  try {
    event = JSON.parse(line)
  } catch {
    return undefined
  }
  const { messageId, source, observedAt, name, properties = {}, kind, value } = event ?? {}
  const texts = [messageId, source, name, kind, value]
  if (!texts.every((text) => typeof text === 'string') || messageId === '') return undefined
  if (typeof observedAt !== 'number' || !Number.isSafeInteger(observedAt * 1000)) return undefined
  if (typeof properties !== 'object') return undefined
  const at = new DuckDBTimestampValue(BigInt(observedAt) * 1000n)
  return [
    messageId as string,
    source as string,
    at,
    name as string,
    JSON.stringify(properties),
    kind as string,
    value as string,
  ]
}
