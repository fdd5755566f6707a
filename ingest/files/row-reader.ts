import { createHash } from 'node:crypto'
import { SelfsameError } from '../../src/errors.ts'
import type { ObservationMessage } from '../../src/identity/observation.ts'
import type { Policy } from '../../src/identity/policy.ts'
import { type DeadLetter, deadLetter } from '../outcome.ts'
import { type DateReader, dateOf, dateReader, readDate, readTime } from './dates.ts'
import { columnsOf, type Mapping, type TraitMapping, traitColumns } from './mapping.ts'

type Cells = readonly (string | null)[]

export interface RowReading {
  readonly message: ObservationMessage
  /** Traits whose value is no date though it should be: kept as text. */
  readonly keptAsText: readonly string[]
}

export interface RowReaderOptions {
  readonly mapping: Mapping
  readonly columns: readonly string[]
  readonly policy: Policy
  /** Of rows that name none. */
  readonly source: string
  readonly load: string | undefined
  /** Of rows that name none, ISO 8601. */
  readonly observedAt: string
}

/**
 * Reads rows as messages of type `record`, whole each time. Throws `mapping_invalid` where the mapping names a column
 * that the file has not or a kind that the policy has not.
 */
export function createRowReader(options: RowReaderOptions): (cells: Cells) => RowReading | DeadLetter {
  const { mapping, columns, policy, load } = options
  checkNames(mapping, columns, policy)
  const at = (name: string) => columns.indexOf(name)
  const cell = (name: string | undefined) =>
    name === undefined ? () => null : (cells: Cells) => cells[at(name)] ?? null
  const recordId = cell(mapping.recordId)
  const source = cell(mapping.source)
  const time = timeReader(mapping, columns)
  const kinds = Object.entries(mapping.identifiers).map(([kind, from]) => ({ kind, at: [from].flat().map(at) }))
  const traits = Object.entries(mapping.traits).map(([name, from]) => ({ name, read: traitReader(name, from, at) }))
  const order = columns.map((name, index) => ({ name, index })).sort((a, b) => (a.name < b.name ? -1 : 1))
  return (cells) => {
    const observedAt = time(cells)
    if (observedAt === null) return deadLetter('impossible_date', `/${columnsIn(mapping.observedAt)}`)
    const named = recordId(cells)
    // A row without its id is not known by its content: another version of it would be another record.
    if (mapping.recordId !== undefined && named === null) return deadLetter('bad_record_id', `/${mapping.recordId}`)
    const digest = digestOf(order.map(({ name, index }) => [name, cells[index] ?? null]))
    const from = source(cells) ?? options.source
    const keptAsText: string[] = []
    const values = traits.flatMap(({ name, read }) => {
      const { value, isText } = read(cells)
      if (isText) keptAsText.push(name)
      return value === undefined ? [] : [[name, value] as const]
    })
    const message: ObservationMessage = {
      messageId: `row:${digestOf([from, load ?? '', observedAt, digest])}`,
      source: from,
      load,
      type: 'record',
      observedAt: observedAt ?? options.observedAt,
      identifiers: kinds.flatMap(({ kind, at: places }) =>
        places.flatMap((place) => (cells[place] == null ? [] : [{ kind, value: cells[place] as string }])),
      ),
      record: { id: named ?? digest, traits: Object.fromEntries(values) },
    }
    return { message, keptAsText }
  }
}

function checkNames(mapping: Mapping, columns: readonly string[], policy: Policy): void {
  const absent = columnsOf(mapping).filter((name) => !columns.includes(name))
  const unknown = Object.keys(mapping.identifiers).filter((kind) => !Object.hasOwn(policy.kinds, kind))
  if (absent.length > 0) {
    throw new SelfsameError(
      'mapping_invalid',
      `the file has no column ${absent.map((name) => `"${name}"`).join(', ')}`,
      {
        remedy: `its columns are ${columns.join(', ')}`,
      },
    )
  }
  if (unknown.length > 0) {
    throw new SelfsameError('mapping_invalid', `the policy knows no kind ${unknown.join(', ')}`, {
      remedy: `it knows ${Object.keys(policy.kinds).join(', ')}; others are declared in it`,
    })
  }
}

/** When a row was observed: null where it says something that is no time, undefined where it says nothing. */
function timeReader({ observedAt }: Mapping, columns: readonly string[]): (cells: Cells) => string | null | undefined {
  if (observedAt === undefined) return () => undefined
  const index = columns.indexOf(columnsIn(observedAt))
  const dated = typeof observedAt === 'object' ? dateReader(observedAt.format) : undefined
  return (cells) => {
    const text = cells[index] ?? null
    if (text === null) return undefined
    return readTime(dated ? (dated(text) ?? '') : text) ?? null
  }
}

function columnsIn(observedAt: Mapping['observedAt']): string {
  return typeof observedAt === 'object' ? observedAt.column : (observedAt ?? '')
}

interface TraitReading {
  readonly value: string | undefined
  readonly isText: boolean
}

function traitReader(
  name: string,
  trait: TraitMapping,
  at: (column: string) => number,
): (cells: Cells) => TraitReading {
  const places = traitColumns(trait).map(at)
  const said = (cells: Cells) => places.flatMap((place) => cells[place] ?? [])
  if (typeof trait === 'object' && 'year' in trait) {
    const [year, month, day] = places as [number, number, number]
    return (cells) => asDate(said(cells).join('-'), () => dateOf(cells[year], cells[month], cells[day]))
  }
  const dated = typeof trait === 'object' && 'format' in trait ? dateReader(trait.format) : undefined
  if (dated || name === 'birthday') return (cells) => asDate(said(cells).join(' '), dated ?? readDate)
  return (cells) => ({ value: said(cells).join(' ') || undefined, isText: false })
}

function asDate(text: string, read: DateReader): TraitReading {
  if (text === '') return { value: undefined, isText: false }
  const date = read(text)
  return { value: date ?? text, isText: date === undefined }
}

function digestOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
