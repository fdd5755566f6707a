import { parse } from 'csv-parse/sync'
import { SelfsameError } from '../../src/errors.ts'
import { deadLetter } from '../outcome.ts'
import { type CsvRecord, csvRecords } from './csv-records.ts'
import { type Line, linesOf } from './lines.ts'
import { cellOf, type Row, type Table } from './table.ts'

const DELIMITERS = [',', ';', '\t']

/**
 * A CSV file (UTF-8, with or without a byte order mark; comma, semicolon or tab, told from the header) as a table.
 * Throws `csv_header` where the first line names no columns.
 */
export async function openCsv(stream: AsyncIterable<Uint8Array>): Promise<Table> {
  const blocks = linesOf(stream)[Symbol.asyncIterator]()
  const first = await blocks.next()
  const [header, ...others] = first.done ? [] : first.value
  const text = header && 'bytes' in header ? header.bytes.toString('utf8') : ''
  const delimiter = delimiterOf(text)
  const columns = columnsOf(text, delimiter)
  const rest = async function* (): AsyncGenerator<Line[]> {
    yield others
    yield* blocks
  }
  return { columns, rows: rowsOf(csvRecords(rest(), delimiter), { delimiter, width: columns.length }) }
}

/** The one that stands most often outside quotes. */
function delimiterOf(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '')
  const count = (delimiter: string) => bare.split(delimiter).length
  return DELIMITERS.toSorted((a, b) => count(b) - count(a))[0] as string
}

function columnsOf(header: string, delimiter: string): string[] {
  const columns = (parseRecords(header, delimiter)?.[0] ?? []).map((name) => name.trim())
  const wrong = wrongWith(header) ?? wrongAmong(columns)
  if (wrong === undefined) return columns
  throw new SelfsameError('csv_header', `this is no CSV file that can be read: ${wrong}`, {
    remedy: 'the first line must name the columns, each once, in UTF-8',
  })
}

function wrongWith(header: string): string | undefined {
  // A byte that is no UTF-8, or every other byte of UTF-16.
  if (header.startsWith('\ufffd') || header.includes('\0')) return 'the file is not UTF-8'
  // The whole file would be its first line.
  return /\r(?!$)/.test(header) ? 'its lines end in CR alone; save it with LF or CRLF' : undefined
}

function wrongAmong(columns: readonly string[]): string | undefined {
  if (columns.every((name) => name === '')) return 'the first line names no columns'
  const twice = columns.find((name, index) => name !== '' && columns.indexOf(name) !== index)
  return twice === undefined ? undefined : `two columns are called "${twice}"`
}

interface Layout {
  readonly delimiter: string
  readonly width: number
}

async function* rowsOf(blocks: AsyncIterable<readonly CsvRecord[]>, layout: Layout): AsyncGenerator<Row[]> {
  for await (const block of blocks) yield rowsIn(block, layout)
}

/** All records of a block at once, which is fast; one by one only where one of them spoils it. */
function rowsIn(block: readonly CsvRecord[], { delimiter, width }: Layout): Row[] {
  const texts = block.flatMap((record) => ('text' in record ? [record.text] : []))
  const together = parseRecords(texts.join('\n'), delimiter)
  const parsed = together?.length === texts.length ? together : texts.map((text) => only(parseRecords(text, delimiter)))
  const next = parsed.values()
  return block.map((record) => {
    if (!('text' in record)) return record
    const cells = next.next().value
    const origin = { line: record.line, original: record.text }
    if (cells === undefined) return { origin, refused: deadLetter('malformed_csv') }
    if (cells.length !== width) return { origin, refused: deadLetter('wrong_column_count') }
    return { origin, cells: cells.map(cellOf) }
  })
}

function only(records: readonly string[][] | undefined): string[] | undefined {
  return records?.length === 1 ? records[0] : undefined
}

function parseRecords(text: string, delimiter: string): string[][] | undefined {
  try {
    return parse(text, { delimiter, record_delimiter: '\n', relax_column_count: true, relax_quotes: true })
  } catch {
    return undefined
  }
}
