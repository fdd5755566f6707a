import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'

test('whatever the cells hold, a reader of CSV finds it again', () => {
  const anyRow = fc.array(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', 'ễ', '\u{1f600}') }), {
    minLength: 2,
    maxLength: 4,
  })
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 5 }), (rows) => {
      const text = rows.map(csvLine).join('')
      expect(parse(text, { relax_column_count: true, record_delimiter: '\n' })).toEqual(rows)
    }),
  )
})

test('only what needs quotes has them, and absent is not the same as empty', () => {
  expect(csvLine(['phone', '+84912345678', null, undefined, '', 'a "b"', 'x,y', 3])).toBe(
    'phone,+84912345678,,,"","a ""b""","x,y",3\n',
  )
})
