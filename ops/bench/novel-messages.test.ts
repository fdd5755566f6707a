import { expect, test } from 'vitest'
import type { OutgoingMessage } from '../../src/kafka.ts'
import { nextOf } from './next-of.ts'
import { novelMessages, novelStream } from './novel-messages.ts'

test('as many as asked for, and what warms up shares no identifier with what is measured', () => {
  const { measured, warmUp } = novelMessages(3000, 1000)
  expect([measured.length, warmUp.length]).toEqual([3000, 1000])
  const spoken = new Set(measured.flatMap(identifiersOf))
  expect(warmUp.flatMap(identifiersOf).filter((identifier) => spoken.has(identifier))).toEqual([])
})

function identifiersOf({ value }: OutgoingMessage): string[] {
  return JSON.parse(String(value)).identifiers.map((identifier: object) => JSON.stringify(identifier))
}

test('the stream goes on where it was left, and each of its messages is another', () => {
  const stream = novelStream()
  const values = [...nextOf(stream, 100), ...nextOf(stream, 100)].map(({ value }) => value)
  expect(new Set(values).size).toBe(200)
})
