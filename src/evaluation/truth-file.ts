import { createReadStream } from 'node:fs'
import { CsvError, parse } from 'csv-parse'
import { SelfsameError } from '../errors.ts'

/** What a truth clusters: identifiers, by kind and value in normal form, or the records of one source, by record id. */
export type Things = 'identifiers' | 'records'

export interface Truth {
  /** Thing → entity. The key of an identifier is `kind:value`, of a record its id. */
  readonly entities: ReadonlyMap<string, string>
  /** Rows that name a thing again with another entity. The last row counts. */
  readonly contradicting: number
  /** Rows that name no entity: they say nothing. */
  readonly blank: number
}

const columns = { identifiers: ['kind', 'value'], records: ['record_id'] } as const

/** The key of an identifier among the things of a truth. */
export const thingOf = ({ kind, value }: { kind: string; value: string }): string => `${kind}:${value}`

/**
 * Reads a truth: CSV in UTF-8 with a header. Its first columns are `kind,value` or `record_id`, the last one names the
 * entity, whatever it is called. Cells are trimmed.
 * @throws SelfsameError truth_unreadable, truth_columns, truth_malformed (with file and line), truth_empty
 */
export async function readTruth(file: string, things: Things): Promise<Truth> {
  const entities = new Map<string, string>()
  let [contradicting, blank, isHeader] = [0, 0, true]
  for await (const { cells, line } of rows(file)) {
    if (isHeader) {
      checkHeader(file, things, cells)
      isHeader = false
      continue
    }
    checkRow(file, line, things, cells)
    const entity = cells.at(-1) as string
    const thing = cells.slice(0, -1).join(':')
    if (entity === '') {
      blank++
      continue
    }
    if (entities.has(thing) && entities.get(thing) !== entity) contradicting++
    entities.set(thing, entity)
  }
  if (entities.size > 0) return { entities, contradicting, blank }
  throw new SelfsameError('truth_empty', `${file} holds no row with an entity`, {
    remedy: `Give a file with the header ${headerOf(things)} and at least one row.`,
  })
}

interface Row {
  readonly cells: readonly string[]
  readonly line: number
}

async function* rows(file: string): AsyncGenerator<Row> {
  const source = createReadStream(file)
  const parser = parse({ bom: true, trim: true, relax_column_count: true, skip_empty_lines: true, info: true })
  source.on('error', (cause) => parser.destroy(cause))
  try {
    for await (const { record, info } of source.pipe(parser)) yield { cells: record, line: info.lines }
  } catch (cause) {
    throw readingFailed(file, cause)
  } finally {
    source.destroy()
  }
}

function readingFailed(file: string, cause: unknown): unknown {
  if (cause instanceof CsvError) {
    const line = typeof cause.lines === 'number' ? `, line ${cause.lines}` : ''
    const remedy = 'Correct the quoting on that line: a cell with quotes or commas stands in double quotes.'
    return new SelfsameError('truth_malformed', `${file}${line}: ${cause.message}`, { remedy, cause })
  }
  if (!(cause instanceof Error) || !('syscall' in cause)) return cause
  const remedy = 'Check the path, and that the file can be read.'
  return new SelfsameError('truth_unreadable', `cannot read ${file}: ${cause.message}`, { remedy, cause })
}

const headerOf = (things: Things): string => [...columns[things], 'entity'].join(',')

function checkHeader(file: string, things: Things, cells: readonly string[]): void {
  const wanted = columns[things]
  const isRight = cells.length === wanted.length + 1 && wanted.every((name, index) => cells[index] === name)
  if (isRight) return
  const other = things === 'records' ? 'Leave --source away' : 'Add --source NAME'
  const isOther = cells[0] === columns[things === 'records' ? 'identifiers' : 'records'][0]
  const about = things === 'records' ? 'identifiers' : 'records'
  throw new SelfsameError(
    'truth_columns',
    `${file}, line 1: the header is ${cells.join(',')}, not ${headerOf(things)}`,
    {
      remedy: isOther
        ? `${other}: this is a truth about ${about}.`
        : `Name the columns ${headerOf(things)}, in that order.`,
    },
  )
}

function checkRow(file: string, line: number, things: Things, cells: readonly string[]): void {
  const count = columns[things].length + 1
  const isNamed = cells.length === count && cells.slice(0, -1).every((cell) => cell !== '')
  if (isNamed) return
  const found = cells.length === count ? 'an empty cell' : `${cells.length} columns`
  throw new SelfsameError('truth_malformed', `${file}, line ${line}: ${found} where ${headerOf(things)} is wanted`, {
    remedy: 'Correct or remove that line; a value with a comma stands in double quotes.',
  })
}
