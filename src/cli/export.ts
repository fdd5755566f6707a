import { Argument, Command, Option } from 'commander'
import { readConfig } from '../config.ts'
import { SelfsameError } from '../errors.ts'
import { customersTable, identityMapTable, recordsTable, type Table } from '../export/tables.ts'
import { FORMATS, type Format, writeTable } from '../export/write-table.ts'
import { type Graph, openGraph } from '../graph/graph.ts'

const TABLES = ['identity-map', 'records', 'customers'] as const

interface Chosen {
  readonly source?: string
  readonly format: Format
  readonly out?: string
  readonly stack?: string
}

/** The command `selfsame export`: what the graph knows, sorted, as a file for other tools. */
export function exportCommand(): Command {
  const command = new Command('export')
  return command
    .description('what the graph knows, sorted, as CSV, NDJSON or Parquet')
    .addArgument(
      new Argument(
        '<table>',
        'identity-map: kind, value, customer_id (empty where shared or blocked); ' +
          'records: record_id, customer_id; customers: one a row, golden fields as columns',
      ).choices(TABLES),
    )
    .option('--source <name>', 'the source whose records are wanted')
    .addOption(new Option('--format <format>', 'how').choices(FORMATS).default('csv'))
    .option('--out <file>', 'write to a file, which appears when it is whole; default: standard output')
    .option('--stack <name>', 'local stack to work on')
    .action(async (table: (typeof TABLES)[number], { source, format, out, stack }: Chosen) => {
      if ((table === 'records') !== (source !== undefined)) {
        command.error(`error: ${table === 'records' ? 'records need' : 'only records have'} --source <name>`)
      }
      if (format === 'parquet' && out === undefined) command.error('error: --format parquet needs --out <file>')
      const graph = openGraph(readConfig({ stack }))
      try {
        const rows = await writeTable(tableOf(graph, table, source), format, out)
        if (out !== undefined) process.stderr.write(`${rows} rows in ${out}\n`)
        if (rows === 0 && source !== undefined) throw noRecords(source)
      } finally {
        await graph.close()
      }
    })
}

function tableOf(graph: Graph, table: (typeof TABLES)[number], source: string | undefined): Table {
  if (table === 'records') return recordsTable(graph, source ?? '')
  return table === 'customers' ? customersTable(graph) : identityMapTable(graph)
}

function noRecords(source: string): SelfsameError {
  return new SelfsameError('no_records', `there are no records of a source ${source}`, {
    remedy: 'records come from sources that tell whole rows: files, crm-contact, loyalty-card',
  })
}
