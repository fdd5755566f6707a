import { type DuckDBType, DuckDBTypeId, type Json } from '@duckdb/node-api'
import { SelfsameError } from '../errors.ts'
import { withWarehouse } from './open-warehouse.ts'

export interface Result {
  readonly columns: readonly string[]
  /** Rows in bunches, values as JSON knows them: numbers where they are exact, times and days as text. */
  readonly rows: AsyncIterable<readonly (readonly Json[])[]>
}

export interface QueryOptions {
  readonly file: string
  /** Several statements are run in turn; the result is the last one's. */
  readonly sql: string
  readonly onWait?: () => void
}

/**
 * Asks the warehouse; `use` gets the result while the file is open, and should not dawdle: projections wait meanwhile.
 * Throws `sql_invalid` with DuckDB's explanation, `warehouse_missing`, `warehouse_busy`.
 */
export function queryWarehouse<T>(
  { file, sql, onWait }: QueryOptions,
  use: (result: Result) => Promise<T>,
): Promise<T> {
  return withWarehouse({ file, readOnly: true, ...(onWait ? { onWait } : {}) }, async (connection) => {
    const result = await explained(() => connection.stream(sql))
    const types = result.columnTypes()
    const bunches = result.yieldRowsJson()
    return use({ columns: result.deduplicatedColumnNames(), rows: exactRows(bunches, types) })
  })
}

async function* exactRows(bunches: AsyncIterator<Json[][]>, types: readonly DuckDBType[]) {
  for (;;) {
    // Some statements fail only when their rows are computed.
    const next = await explained(() => bunches.next())
    if (next.done) return
    yield next.value.map((row) => row.map((value, column) => exact(value, types[column])))
  }
}

const WHOLE = new Set([DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT])

function exact(value: Json, type: DuckDBType | undefined): Json {
  if (typeof value !== 'string' || type === undefined) return value
  if (WHOLE.has(type.typeId) && Number.isSafeInteger(Number(value))) return Number(value)
  return type.alias === 'JSON' ? parsed(value) : value
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new SelfsameError('sql_invalid', message, { cause, remedy: TABLES_REMEDY })
  }
}

const TABLES_REMEDY = '`npx selfsame sql "SHOW TABLES"` lists the tables, "DESCRIBE customer_360" the columns of one'
