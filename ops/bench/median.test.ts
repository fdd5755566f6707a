import { expect, test } from 'vitest'
import { median } from './median.ts'

test.each([
  [[3], 3],
  [[10, 1, 2], 2],
  [[4, 1, 10, 2], 3],
])('of %j', (values, expected) => expect(median(values)).toBe(expected))
