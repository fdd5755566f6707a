import { expect, test } from 'vitest'
import { differencesOf } from './differences.ts'

const entries = (object: Record<string, unknown>) => Object.entries(object)

test('equal in any order is no difference', () => {
  expect(differencesOf('x', entries({ a: [1], b: 2 }), entries({ b: 2, a: [1] }), 'evidence')).toEqual([])
})

test('what was said and is not there is lost, what is there twice is doubled, all else is different', () => {
  const expected = entries({ a: 1, b: 2 })
  const found = [...entries({ b: 3, c: 4 }), ...entries({ c: 4 })]
  expect(differencesOf('x', expected, found, 'evidence')).toEqual([
    { what: 'x', kind: 'doubled', key: 'c', found: 4 },
    { what: 'x', kind: 'lost', key: 'a', expected: 1 },
    { what: 'x', kind: 'different', key: 'b', expected: 2, found: 3 },
    { what: 'x', kind: 'different', key: 'c', found: 4 },
  ])
  expect(differencesOf('x', expected, [], 'derived').map(({ kind }) => kind)).toEqual(['different', 'different'])
})
