import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { SelfsameError } from '../errors.ts'
import { csvLine } from './csv.ts'
import { writeParquet } from './parquet.ts'
import type { Table } from './tables.ts'

export const FORMATS = ['csv', 'ndjson', 'parquet'] as const
export type Format = (typeof FORMATS)[number]

/**
 * Writes a table to a file, which appears only when it is whole, or to standard output. Returns the number of rows.
 * Throws `parquet_needs_file`, `file_not_written`.
 */
export async function writeTable(table: Table, format: Format, out: string | undefined): Promise<number> {
  const counted = countRows(table)
  if (out === undefined) {
    if (format === 'parquet') {
      throw new SelfsameError('parquet_needs_file', 'Parquet cannot be written to standard output', {
        remedy: 'name a file with --out',
      })
    }
    await writeLines(linesOf(counted.table, format), process.stdout)
    return counted.count()
  }
  const aside = `${out}.partial`
  try {
    if (format === 'parquet') await writeParquet(counted.table, aside)
    else await writeFile(linesOf(counted.table, format), aside)
    await rename(aside, out)
  } catch (error) {
    await rm(aside, { force: true })
    throw isSystemError(error) ? notWritten(error) : error
  }
  return counted.count()
}

/** The lines of a table, as CSV with a heading or as one JSON object each. */
async function* linesOf({ columns, rows }: Table, format: 'csv' | 'ndjson'): AsyncIterable<string> {
  const names = Object.keys(columns)
  if (format === 'csv') yield csvLine(names)
  for await (const row of rows) {
    if (format === 'csv') yield csvLine(row)
    else
      yield `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, jsonOf(row[at], columns[name])])))}\n`
  }
}

function jsonOf(cell: unknown, type: string | undefined): unknown {
  return type === 'JSON' && typeof cell === 'string' ? JSON.parse(cell) : (cell ?? null)
}

const CHUNK = 64 * 1024

/** Writes lines no faster than they are taken. Ends quietly when the reader has gone (`| head`). */
export async function writeLines(lines: AsyncIterable<string> | Iterable<string>, to: Writable): Promise<void> {
  let gone: NodeJS.ErrnoException | undefined
  const onError = (error: NodeJS.ErrnoException) => {
    gone = error
  }
  to.on('error', onError)
  try {
    let chunk = ''
    for await (const line of lines) {
      chunk += line
      if (chunk.length < CHUNK) continue
      await put(to, chunk)
      chunk = ''
      if (gone !== undefined) break
    }
    if (chunk !== '' && gone === undefined) await put(to, chunk)
  } finally {
    to.off('error', onError)
  }
  if (gone !== undefined && gone.code !== 'EPIPE') throw notWritten(gone)
}

/** Resolves when the stream has taken it, or has failed. */
function put(to: Writable, chunk: string): Promise<void> {
  return new Promise((resolve) => void to.write(chunk, () => resolve()))
}

async function writeFile(lines: AsyncIterable<string>, path: string): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600 })
  await once(file, 'open')
  await writeLines(lines, file)
  file.end()
  await finished(file)
}

function countRows({ columns, rows }: Table): { table: Table; count: () => number } {
  let count = 0
  async function* counting() {
    for await (const row of rows) {
      count += 1
      yield row
    }
  }
  return { table: { columns, rows: counting() }, count: () => count }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function notWritten(cause: unknown): SelfsameError {
  const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
  return new SelfsameError('file_not_written', `the output cannot be written${code}`, {
    cause,
    remedy: 'see that its folder is there, may be written, and that the disk has room',
  })
}
