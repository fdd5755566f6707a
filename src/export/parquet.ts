import { rm } from 'node:fs/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Table } from './tables.ts'

const FLUSH_ROWS = 20_000

/** Writes a table as Parquet, by way of a DuckDB file beside it, so that memory stays bounded whatever its length. */
export async function writeParquet({ columns, rows }: Table, path: string): Promise<void> {
  const scratch = `${path}.duckdb`
  const instance = await DuckDBInstance.create(scratch, { memory_limit: '512MB', threads: '2' })
  try {
    const connection = await instance.connect()
    const names = Object.keys(columns)
    // Text first: the cast to its type happens on the way out.
    await connection.run(`CREATE TABLE export (${names.map((name) => `"${name}" VARCHAR`).join(', ')})`)
    const appender = await connection.createAppender('export')
    let count = 0
    for await (const row of rows) {
      for (const at of names.keys()) {
        const cell = row[at]
        if (cell === null || cell === undefined) appender.appendNull()
        else appender.appendVarchar(String(cell))
      }
      appender.endRow()
      count += 1
      if (count % FLUSH_ROWS === 0) appender.flushSync()
    }
    appender.closeSync()
    const typed = Object.entries(columns).map(([name, type]) => `"${name}"::${type} AS "${name}"`)
    await connection.run(
      `COPY (SELECT ${typed.join(', ')} FROM export) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`,
    )
    connection.closeSync()
  } finally {
    instance.closeSync()
    await Promise.all([scratch, `${scratch}.wal`].map((file) => rm(file, { force: true })))
  }
}
