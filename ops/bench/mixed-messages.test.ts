import { expect, test } from 'vitest'
import { sources } from '../../ingest/sources/sources.ts'
import { understand } from '../../ingest/understand.ts'
import { addObservation, emptyEvidence } from '../../src/identity/evidence.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import { shippedPolicy } from '../../test/live.ts'
import { mixedMessages } from './mixed-messages.ts'

const mix = mixedMessages({ history: 500, count: 3000, novel: 300 })
const measured = [...mix.measured()]

test('exactly as many bring something new as were asked for, whoever is told first', () => {
  const evidence = emptyEvidence()
  const isNews = (message: OutgoingMessage, index: number) => addObservation(evidence, observationOf(message, index))
  expect(mix.history.filter(isNews)).toHaveLength(500)
  expect(measured).toHaveLength(3000)
  expect(measured.filter((message, index) => isNews(message, 500 + index))).toHaveLength(300)
})

test('the new ones are spread over the whole', () => {
  const before = new Set(mix.history.map(({ key }) => key))
  const places = measured.flatMap(({ key }, place) => {
    const isFirst = !before.has(key)
    before.add(key)
    return isFirst ? [place] : []
  })
  for (const third of [0, 1, 2]) {
    expect(places.filter((place) => Math.floor(place / 1000) === third).length).toBeGreaterThan(60)
  }
})

test('the same again, whenever it is built', () => expect([...mix.measured()]).toEqual(measured))

test('who speaks again has the key of whom it repeats', () => {
  const keyOf = new Map([...mix.history, ...measured].map((message) => [identifiersOf(message), message.key]))
  for (const message of measured) expect(message.key).toBe(keyOf.get(identifiersOf(message)))
})

function identifiersOf({ value }: OutgoingMessage): string {
  return JSON.stringify(JSON.parse(String(value)).identifiers)
}

const mapping = sources.get('observations')
const policy = shippedPolicy()

function observationOf({ value }: OutgoingMessage, recordedAt: number) {
  if (mapping === undefined) throw new Error('no mapping')
  const now = Date.UTC(2026, 0, 1)
  const understood = understand(Buffer.from(value), mapping, { policy, recordedAt: now + recordedAt, now })
  if (understood.kind !== 'understood') throw new Error(understood.reason)
  return understood.observation
}
