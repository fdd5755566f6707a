import { DuckDBInstance } from '@duckdb/node-api'
import { SelfsameError } from '../../src/errors.ts'
import { cellOf, type Row, type Table } from './table.ts'

/**
 * A Parquet file as a table, its values as text; read row group by row group. Throws `parquet_unreadable` where the
 * file is none.
 */
export async function openParquet(path: string): Promise<Table> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: '256MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  // The function reads patterns: of brackets, stars and question marks in a name only themselves are meant.
  const file = path.replaceAll(/[[*?]/g, '[$&]')
  try {
    await connection.run("SET TimeZone = 'UTC'")
    const shape = await connection.runAndReadAll('DESCRIBE SELECT * FROM read_parquet($1)', [file])
    const columns = shape.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }))
    const result = await connection.stream(`SELECT ${columns.map(asText).join(', ')} FROM read_parquet($1)`, [file])
    return { columns: columns.map(({ name }) => name), rows: rowsOf(result, () => connection.closeSync()) }
  } catch (cause) {
    throw new SelfsameError('parquet_unreadable', 'this is no Parquet file that can be read', { cause })
  }
}

interface Column {
  readonly name: string
  readonly type: string
}

/** Whole numbers without a fraction, also where a column with gaps made them floating point. */
function asText({ name, type }: Column): string {
  const column = `"${name.replaceAll('"', '""')}"`
  if (type !== 'DOUBLE' && type !== 'FLOAT') return `${column}::VARCHAR`
  return `CASE WHEN abs(${column}) < 9007199254740992 AND ${column} = trunc(${column})
    THEN ${column}::BIGINT::VARCHAR ELSE ${column}::VARCHAR END`
}

interface Chunks {
  fetchChunk(): Promise<{ readonly rowCount: number; getRows(): unknown[][] } | null>
}

async function* rowsOf(result: Chunks, close: () => void): AsyncGenerator<Row[]> {
  let line = 0
  try {
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      yield (chunk.getRows() as (string | null)[][]).map((values) => {
        line += 1
        return { origin: { line, original: JSON.stringify(values) }, cells: values.map(cellOf) }
      })
    }
  } finally {
    close()
  }
}
