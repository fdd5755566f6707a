import type { Policy } from '../../src/identity/policy.ts'
import type { Entry } from '../apply-batch.ts'
import { deadLetter } from '../outcome.ts'
import type { Mapping as MessageMapping } from '../shape.ts'
import { accept, understand } from '../understand.ts'
import { type Line, linesOf } from './lines.ts'
import type { createRowReader } from './row-reader.ts'
import type { Tally } from './summary.ts'
import type { Row, RowOrigin, Table } from './table.ts'

export interface Reading {
  readonly policy: Policy
  readonly country: string | undefined
  readonly tally: Tally
}

/** Lines of JSON as entries; blank lines are none. */
export async function* entriesOfLines(
  stream: AsyncIterable<Uint8Array>,
  mapping: MessageMapping,
  reading: Reading,
): AsyncGenerator<Entry<RowOrigin>[]> {
  for await (const lines of linesOf(stream)) {
    const now = Date.now()
    yield lines.flatMap((line) => (isBlank(line) ? [] : [entryOfLine(line, mapping, { ...reading, now })]))
  }
}

function isBlank(line: Line): boolean {
  return 'bytes' in line && line.bytes.length < 100 && line.bytes.toString('latin1').trim() === ''
}

interface ReadingNow extends Reading {
  readonly now: number
}

function entryOfLine(
  line: Line,
  mapping: MessageMapping,
  { policy, country, tally, now }: ReadingNow,
): Entry<RowOrigin> {
  if ('tooLong' in line) {
    return { origin: { line: line.number, original: line.tooLong }, understood: deadLetter('too_large') }
  }
  const understood = understand(line.bytes, mapping, { policy, country, recordedAt: now, now })
  if (understood.kind === 'understood') tally.leftOut(understood.leftOut)
  return { origin: { line: line.number, original: line.bytes }, understood }
}

/** Rows of a table as entries. */
export async function* entriesOfTable(
  { rows }: Table,
  read: ReturnType<typeof createRowReader>,
  reading: Reading,
): AsyncGenerator<Entry<RowOrigin>[]> {
  for await (const block of rows) {
    const now = Date.now()
    yield block.map((row) => entryOfRow(row, read, { ...reading, now }))
  }
}

function entryOfRow(row: Row, read: ReturnType<typeof createRowReader>, reading: ReadingNow): Entry<RowOrigin> {
  const { origin } = row
  if ('refused' in row) return { origin, understood: row.refused }
  const reads = read(row.cells)
  if ('reason' in reads) return { origin, understood: reads }
  const { policy, country, tally, now } = reading
  const understood = accept(reads.message, { policy, country, recordedAt: now, now })
  if (understood.kind === 'understood') {
    tally.leftOut(understood.leftOut)
    for (const trait of reads.keptAsText) tally.keptAsText(trait)
    const traits = reads.message.record?.traits ?? {}
    for (const [trait, reason] of NORMALISED) {
      if (Object.hasOwn(traits, trait) && understood.leftOut.includes(reason)) tally.keptAsText(trait)
    }
  }
  return { origin, understood }
}

/** Traits that are identifiers too, and why such an identifier is left out. */
const NORMALISED = [
  ['email', 'not_an_email'],
  ['phone', 'not_a_phone'],
] as const
