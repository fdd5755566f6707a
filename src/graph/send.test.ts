import { expect, test } from 'vitest'
import { send } from './send.ts'

test('what is sent takes no picture of the stack, and whatever comes after does', () => {
  const limit = Error.stackTraceLimit
  expect(send(() => new Error('from within').stack)).toBe('Error: from within')
  expect(() =>
    send(() => {
      throw new Error('it broke')
    }),
  ).toThrow('it broke')
  expect(Error.stackTraceLimit).toBe(limit)
  expect(new Error('afterwards').stack).toContain('send.test.ts')
})
