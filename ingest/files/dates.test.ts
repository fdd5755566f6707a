import { describe, expect, test } from 'vitest'
import { dateOf, dateReader, readDate, readTime } from './dates.ts'

describe('a date', () => {
  test.each([
    ['1995-03-20', '1995-03-20'],
    ['19950320', '1995-03-20'],
    ['1995/3/20', '1995-03-20'],
    ['20.3.1995', '1995-03-20'],
    ['1995-03-20T00:00:00', '1995-03-20'],
    ['1995-03-20 00:00:00+00', '1995-03-20'],
    ['1996-02-29', '1996-02-29'],
    ['1995-02-29', undefined],
    ['1995-13-20', undefined],
    ['2006p728', undefined],
    ['1995032', undefined],
    ['199503201', undefined],
    ['03/04/2001', undefined],
    ['', undefined],
  ])('%s is read as %s', (text, date) => expect(readDate(text)).toBe(date))

  test.each([
    ['dd/MM/yyyy', '20/03/1995', '1995-03-20'],
    ['d/M/yyyy', '2/3/1995', '1995-03-02'],
    ['MM-dd-yyyy', '03-20-1995', '1995-03-20'],
    ['yyyyMMdd', '19950320', '1995-03-20'],
    ['ddMMyyyy', '20031995', '1995-03-20'],
    ['dd/MM/yyyy', '1995-03-20', undefined],
    ['dd/MM/yyyy', '20x03x1995', undefined],
    ['dd.MM.yyyy', '20x03x1995', undefined],
  ])('in the format %s: %s is %s', (format, text, date) => expect(dateReader(format)(text)).toBe(date))

  test.each(['dd/MM', 'yy-MM-dd', 'dd/dd/yyyy', 'DD/MM/YYYY', ''])('"%s" is no format', (format) => {
    expect(() => dateReader(format)).toThrowError(expect.objectContaining({ code: 'mapping_invalid' }))
  })

  test('of three numbers', () => {
    expect(dateOf('1960', '3', '16')).toBe('1960-03-16')
    expect(dateOf('1960', null, '16')).toBeUndefined()
    expect(dateOf('1960', '1e1', '16')).toBeUndefined()
  })
})

test.each([
  ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
  ['2026-01-31 09:30:00.5+07', '2026-01-31T02:30:00.500Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['20260131', '2026-01-31T00:00:00.000Z'],
  ['2026-01-32', undefined],
  ['soon', undefined],
])('the time %s is %s', (text, time) => expect(readTime(text)).toBe(time))
