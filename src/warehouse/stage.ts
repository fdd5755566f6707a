import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'

/** An empty temporary table `staged_…` with the columns of `table`. */
export async function stage(connection: DuckDBConnection, table: string): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE staged_${table} AS FROM ${table} LIMIT 0`)
}

/** Appends rows, each with a value for every column, to a staged table. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rows: Iterable<readonly DuckDBValue[]>,
): Promise<void> {
  const appender = await connection.createAppender(table, 'main', 'temp')
  try {
    // Asked once: each answer is an object from the other side of the native interface.
    const types = Array.from({ length: appender.columnCount }, (_, column) => appender.columnType(column))
    for (const row of rows) {
      for (const [column, type] of types.entries()) {
        const value = row[column] ?? null
        if (value === null) appender.appendNull()
        else if (typeof value === 'string') appender.appendVarchar(value)
        else appender.appendValue(value, type)
      }
      appender.endRow()
    }
    appender.flushSync()
  } finally {
    appender.closeSync()
  }
}
