import { expect, test } from 'vitest'
import { quantile } from './quantile.ts'

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)

test.each([
  [0.5, 50],
  [0.99, 99],
  [0.991, 100],
  [1, 100],
  [0, 1],
])('%d of the numbers up to a hundred', (share, value) => expect(quantile(hundred, share)).toBe(value))

test('of one value every quantile is that value; of none there is none', () => {
  expect(quantile([7], 0.99)).toBe(7)
  expect(quantile([], 0.5)).toBeNaN()
})
