import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameQuery } from './name-query.ts'

test('every word must be there', () => {
  expect(nameQuery('  Nguyễn-Văn  An ')).toBe('+"nguyen" +"van" +"an"')
  expect(nameQuery(' *:-"~ ')).toBeUndefined()
})

test('nothing that a person types is more than words in quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(nameQuery(text) ?? '').toMatch(/^(?:\+"[\p{L}\p{M}\p{N}]+"(?: |$)){0,8}$/u)
    }),
  )
})
