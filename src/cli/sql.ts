import { text } from 'node:stream/consumers'
import { Command, Option } from 'commander'
import { readConfig } from '../config.ts'
import { alignedTable } from '../export/aligned-table.ts'
import { type Cell, csvLine } from '../export/csv.ts'
import { writeLines } from '../export/write-table.ts'
import { queryWarehouse, type Result } from '../warehouse/query.ts'

interface Chosen {
  readonly file?: string
  readonly stack?: string
  readonly json?: true
  readonly csv?: true
}

// So much is kept before it is printed: a pager that nobody scrolls must not keep projections from the file.
const KEPT_CHARACTERS = 32 * 1024 * 1024

/** The command `selfsame sql`: asks the warehouse, without getting in the way of its projection. */
export function sqlCommand(): Command {
  const command = new Command('sql')
  return command
    .description('ask the warehouse (DuckDB): customer_360, identity_map, customer_alias, events')
    .argument('[query]', 'SQL; absent or -: from standard input')
    .option('--file <file>', 'the DuckDB file; default: that of the configuration')
    .addOption(new Option('--json', 'as one JSON array of objects').conflicts('csv'))
    .option('--csv', 'as CSV with a heading')
    .option('--stack <name>', 'local stack to work on')
    .action(async (query: string | undefined, { file, stack, json, csv }: Chosen) => {
      const fromInput = query === undefined || query === '-'
      if (fromInput && process.stdin.isTTY) command.error('error: no query given')
      const sql = fromInput ? await text(process.stdin) : query
      if (sql.trim() === '') command.error('error: the query is empty')
      const chosen = file ?? readConfig({ stack }).warehouse_file
      const form = json ? jsonLines : csv ? csvLines : tableLines
      const kept = await queryWarehouse({ file: chosen, sql, onWait }, (result) => printAllButEnd(form(result)))
      await writeLines(kept, process.stdout)
    })
}

function onWait(): void {
  process.stderr.write('a projection holds the warehouse: waiting\n')
}

/** Prints only what is more than may be kept, and returns the rest, to be printed when the file is closed. */
async function printAllButEnd(lines: AsyncIterable<string>): Promise<string[]> {
  let kept: string[] = []
  let size = 0
  for await (const line of lines) {
    kept.push(line)
    size += line.length
    if (size < KEPT_CHARACTERS) continue
    await writeLines(kept, process.stdout)
    kept = []
    size = 0
  }
  return kept
}

function tableLines({ columns, rows }: Result): AsyncIterable<string> {
  return alignedTable(columns, cells(rows))
}

async function* csvLines({ columns, rows }: Result): AsyncIterable<string> {
  yield csvLine(columns)
  for await (const bunch of cells(rows)) for (const row of bunch) yield csvLine(row)
}

async function* jsonLines({ columns, rows }: Result): AsyncIterable<string> {
  let before = '['
  for await (const bunch of rows) {
    for (const row of bunch) {
      yield `${before}${JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, row[at]])))}`
      before = ',\n'
    }
  }
  yield before === '[' ? '[]\n' : ']\n'
}

/** Lists, structures and JSON as text. */
async function* cells(rows: Result['rows']): AsyncIterable<Cell[][]> {
  for await (const bunch of rows) {
    yield bunch.map((row) =>
      row.map((value) => (value !== null && typeof value === 'object' ? JSON.stringify(value) : value)),
    )
  }
}
