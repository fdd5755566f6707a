import { MAX_MESSAGE_BYTES } from '../decode.ts'
import { deadLetter } from '../outcome.ts'
import type { Line } from './lines.ts'
import type { Row } from './table.ts'

/** The text of one record, several lines where a quoted field holds line ends; or why it is none. */
export type CsvRecord = { readonly line: number; readonly text: string } | Extract<Row, { refused: unknown }>

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Puts lines together to records. A quote that is never closed would swallow the rest of the file: past the size of a
 * message its line is refused, and reading goes on at the next line.
 */
export async function* csvRecords(
  lines: AsyncIterable<readonly Line[]>,
  delimiter: string,
): AsyncGenerator<CsvRecord[]> {
  let waiting: Line[] = []
  for await (const more of lines) {
    const { records, rest } = recordsIn([...waiting, ...more], delimiter, false)
    waiting = rest
    if (records.length > 0) yield records
  }
  const { records } = recordsIn(waiting, delimiter, true)
  if (records.length > 0) yield records
}

function recordsIn(lines: readonly Line[], delimiter: string, isEnd: boolean) {
  const records: CsvRecord[] = []
  let at = 0
  while (at < lines.length) {
    const taken = take(lines, at, delimiter)
    if (taken === undefined && !isEnd) return { records, rest: lines.slice(at) }
    const first = lines[at] as Line
    const [record, count] = taken ?? [refusedLine(first, 'unclosed_quote'), 1]
    if (!('text' in record) || record.text.trim() !== '') records.push(record)
    at += count
  }
  return { records, rest: [] }
}

/** The record that begins at a line and how many lines it has; undefined where the lines end before it does. */
function take(lines: readonly Line[], start: number, delimiter: string): readonly [CsvRecord, number] | undefined {
  const texts: string[] = []
  let inQuotes = false
  let bytes = 0
  for (let at = start; at < lines.length; at += 1) {
    const line = lines[at] as Line
    const text = textOf(line)
    bytes += 'bytes' in line ? line.bytes.length + 1 : line.tooLong.length
    if (bytes > MAX_MESSAGE_BYTES || text === undefined) {
      const reason = at > start ? 'unclosed_quote' : text === undefined && 'bytes' in line ? 'not_utf8' : 'too_large'
      return [refusedLine(lines[start] as Line, reason), 1]
    }
    texts.push(text)
    inQuotes = endsInQuotes(text, delimiter, inQuotes)
    if (!inQuotes) return [{ line: (lines[start] as Line).number, text: texts.join('\n') }, at - start + 1]
  }
  return undefined
}

function textOf(line: Line): string | undefined {
  if ('tooLong' in line) return undefined
  try {
    return utf8.decode(line.bytes)
  } catch {
    return undefined
  }
}

function refusedLine(line: Line, reason: 'unclosed_quote' | 'not_utf8' | 'too_large'): CsvRecord {
  const original = 'bytes' in line ? line.bytes : line.tooLong
  return { origin: { line: line.number, original }, refused: deadLetter(reason) }
}

/** Quotes open a field only where it begins; within it two stand for one (RFC 4180). */
function endsInQuotes(text: string, delimiter: string, startsInQuotes: boolean): boolean {
  let inQuotes = startsInQuotes
  if (!text.includes('"')) return inQuotes
  let at = 0
  let atStart = !inQuotes
  while (at < text.length) {
    if (inQuotes) {
      const quote = text.indexOf('"', at)
      if (quote < 0) return true
      const doubled = text[quote + 1] === '"'
      inQuotes = doubled
      at = quote + (doubled ? 2 : 1)
      atStart = false
    } else if (atStart && text[at] === '"') {
      inQuotes = true
      at += 1
    } else {
      const next = text.indexOf(delimiter, at)
      if (next < 0) return false
      at = next + delimiter.length
      atStart = true
    }
  }
  return inQuotes
}
