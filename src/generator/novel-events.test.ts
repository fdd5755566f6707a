import { expect, test } from 'vitest'
import { novelEvents } from './novel-events.ts'

test('each event brings something new: about 1.5 pairs of two or three identifiers', () => {
  const pairs = new Set<string>()
  const ids = new Set<string>()
  const events = [...novelEvents({ count: 5000, seed: 1 })]
  for (const { messageId, identifiers } of events) {
    expect([2, 3]).toContain(identifiers.length)
    const before = pairs.size
    const keys = identifiers.map(({ kind, value }) => `${kind}:${value}`).toSorted()
    for (const [at, a] of keys.entries()) for (const b of keys.slice(at + 1)) pairs.add(`${a} ${b}`)
    expect(pairs.size).toBeGreaterThan(before)
    ids.add(messageId)
  }
  expect(ids.size).toBe(5000)
  expect(pairs.size / 5000).toBeGreaterThan(1.4)
  expect(pairs.size / 5000).toBeLessThan(1.6)
  expect([...novelEvents({ count: 5000, seed: 1 })]).toEqual(events)
})
