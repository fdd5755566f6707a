import { expect, test } from 'vitest'
import { observedAtOf } from './observed-at.ts'

const receivedAt = Date.UTC(2026, 5, 1, 12)
const at = (event: Parameters<typeof observedAtOf>[0], sentAt?: string) => observedAtOf(event, { receivedAt, sentAt })

test.each([
  ['as the sender says', { timestamp: '2026-06-01T11:00:00Z' }, undefined, '2026-06-01T11:00:00.000Z'],
  ['by the library’s own time', { originalTimestamp: '2026-06-01T11:00:00Z' }, undefined, '2026-06-01T11:00:00.000Z'],
  ['when it arrived, where nobody says', {}, undefined, '2026-06-01T12:00:00.000Z'],
  [
    'corrected where the clock is an hour fast',
    { timestamp: '2026-06-01T12:30:00Z', sentAt: '2026-06-01T13:00:00Z' },
    undefined,
    '2026-06-01T11:30:00.000Z',
  ],
  [
    'corrected where it is a day slow, by the time of the batch',
    { timestamp: '2026-05-31T11:59:30Z' },
    '2026-05-31T12:00:00Z',
    '2026-06-01T11:59:30.000Z',
  ],
  [
    'the event’s own time of sending before that of the batch',
    { timestamp: '2026-06-01T11:00:00Z', sentAt: '2026-06-01T12:00:00Z' },
    '2020-01-01T00:00:00Z',
    '2026-06-01T11:00:00.000Z',
  ],
  ['history stays history', { timestamp: '2020-02-29' }, '2026-06-01T12:00:01Z', '2020-02-29T00:00:00.000Z'],
  ['a time that is none stays as it came', { timestamp: 'yesterday' }, '2026-06-01T00:00:00Z', 'yesterday'],
] as const)('%s', (_, event, sentAt, expected) => expect(at(event, sentAt)).toBe(expected))

test('sent again within a minute, an event is the same observation', () => {
  const event = { timestamp: '2026-06-01T11:59:00.000Z' }
  expect(at(event, '2026-06-01T11:59:59Z')).toBe(at(event, '2026-06-01T11:59:10Z'))
})
