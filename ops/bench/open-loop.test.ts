import { expect, test } from 'vitest'
import { SelfsameError } from '../../src/errors.ts'
import type { KafkaProducer, OutgoingMessage } from '../../src/kafka.ts'
import { dueAfter, dueAt, produceSteadily } from './open-loop.ts'

test('a message is due when its moment has come, and not before', () => {
  for (const perSecond of [1, 25, 300, 999, 1000, 2345]) {
    for (const place of [0, 1, 7, 1000, 59_999]) {
      const at = dueAt(place, perSecond)
      expect(dueAfter(at + 0.001, perSecond)).toBeGreaterThan(place)
      expect(dueAfter(at - 0.001, perSecond)).toBeLessThanOrEqual(place)
    }
  }
})

test('before the start nothing is due', () => expect(dueAfter(-1, 1000)).toBe(0))

const producing = (send: (...sent: Parameters<KafkaProducer['send']>) => Promise<void>): KafkaProducer => ({
  send: async (...sent) => {
    await send(...sent)
    return []
  },
  close: async () => {},
})

function* numbered(): Generator<OutgoingMessage> {
  for (let number = 0; ; number += 1) yield { key: null, value: String(number) }
}

test('all are sent in order, whether or not those before have arrived, and each with the moment it was due', async () => {
  const sent: unknown[] = []
  const dues: number[] = []
  const never = Promise.withResolvers<void>()
  const producer = producing((_, messages) => {
    sent.push(...messages.map(({ value }) => value))
    return sent.length === 50 ? Promise.resolve(never.resolve()) : never.promise
  })
  const onDue = (_: OutgoingMessage, due: number) => dues.push(due)
  const total = await produceSteadily({
    ...{ producer, topic: 't', messages: numbered(), perSecond: 1000, seconds: 0.05, onDue },
  })
  expect(total).toBe(50)
  expect(sent).toEqual(Array.from({ length: 50 }, (_, number) => String(number)))
  const [first = 0] = dues
  expect(dues.map((due) => Math.round(due - first))).toEqual(Array.from({ length: 50 }, (_, number) => number))
})

test('what cannot be sent ends it', async () => {
  const broken = new SelfsameError('kafka_unreachable', 'no')
  const producer = producing(() => Promise.reject(broken))
  const stream = { producer, topic: 't', messages: numbered(), perSecond: 100, seconds: 60, onDue: () => {} }
  await expect(produceSteadily(stream)).rejects.toBe(broken)
})
