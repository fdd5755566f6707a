import { SelfsameError } from '../../src/errors.ts'
import { parseTime } from '../../src/identity/observation.ts'

/** A date as yyyy-mm-dd, or undefined where the text is none. */
export type DateReader = (text: string) => string | undefined

/** Year first, with or without separators; or day first with dots. `03/04/2001` means two things, so it is no date. */
export const readDate: DateReader = (text) => {
  const yearFirst = /^(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ].*)?$/.exec(text)
  // Without separators only eight digits are a date.
  if (yearFirst && (yearFirst[2] !== '' || /^\d{8}(?!\d)/.test(text))) {
    return dateOf(yearFirst[1], yearFirst[3], yearFirst[4])
  }
  const dayFirst = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text)
  return dayFirst ? dateOf(dayFirst[3], dayFirst[2], dayFirst[1]) : undefined
}

const PARTS = new Map([
  ['yyyy', '(?<year>\\d{4})'],
  ['MM', '(?<month>\\d{2})'],
  ['M', '(?<month>\\d{1,2})'],
  ['dd', '(?<day>\\d{2})'],
  ['d', '(?<day>\\d{1,2})'],
])

/** Reads dates of one format, as `dd/MM/yyyy`. Throws `mapping_invalid` unless it has a year, a month and a day. */
export function dateReader(format: string): DateReader {
  const pieces = format.match(/[a-zA-Z]+|[^a-zA-Z]+/g) ?? []
  const pattern = pieces.map((piece) => PARTS.get(piece) ?? (/[a-zA-Z]/.test(piece) ? '' : RegExp.escape(piece)))
  const joined = compactParts(format) ?? pattern.join('')
  const names = [...joined.matchAll(/\?<(\w+)>/g)].map((match) => match[1])
  if (pattern.includes('') && compactParts(format) === undefined) throw invalid(format)
  if (names.toSorted().join() !== 'day,month,year') throw invalid(format)
  const whole = new RegExp(`^${joined}$`)
  return (text) => {
    const { year, month, day } = whole.exec(text)?.groups ?? {}
    return dateOf(year, month, day)
  }
}

/** Letters run together, as in yyyyMMdd. */
function compactParts(format: string): string | undefined {
  const parts = /^(yyyy|MM|dd)(yyyy|MM|dd)(yyyy|MM|dd)$/.exec(format)
  return parts
    ?.slice(1)
    .map((part) => PARTS.get(part))
    .join('')
}

function invalid(format: string): SelfsameError {
  return new SelfsameError('mapping_invalid', `"${format}" is no format of a date`, {
    remedy: 'write it with yyyy, MM or M, and dd or d, each once, as in dd/MM/yyyy',
  })
}

/** The date that three numbers name, if the calendar has it. */
export function dateOf(year?: string | null, month?: string | null, day?: string | null): string | undefined {
  if (!isNumber(year, 4) || !isNumber(month, 2) || !isNumber(day, 2)) return undefined
  const date = `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const time = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? date : undefined
}

function isNumber(text: string | null | undefined, digits: number): text is string {
  return text != null && /^\d+$/.test(text) && text.length <= digits
}

/** A time as files write it: ISO 8601, databases' shorter zones, or a date alone. As ISO 8601 in UTC. */
export function readTime(text: string): string | undefined {
  const time = parseTime(text.replace(/([ T]\d\d:\d\d.*[+-]\d\d)$/, '$1:00')) ?? parseTime(readDate(text) ?? '')
  return time === undefined ? undefined : new Date(time).toISOString()
}
