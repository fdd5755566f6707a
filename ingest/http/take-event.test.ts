import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shippedPolicy } from '../../test/live.ts'
import { observations } from '../sources/observations.ts'
import { understand } from '../understand.ts'
import { EVENT_TYPES } from './segment-event.ts'
import { bytesOf, counted, takeEvent } from './take-event.ts'

const policy = shippedPolicy()
const receivedAt = Date.UTC(2026, 5, 1)
const KINDS = ['user_id', 'cookie', 'email', 'phone', 'device', 'record', 'national_id']
const circumstances = (kinds: readonly string[]) => ({
  key: { use: 'write', id: 'key_1', name: 'test', source: 'shop', kinds, mayWait: false } as const,
  ...{ policy, receivedAt },
})
const take = (value: unknown, kinds = KINDS) => takeEvent(value, circumstances(kinds))

const texts = fc.oneof(
  fc.constantFrom('u1', 'an@mail.vn', '0912 345 671', '', ' ', '1f0c3c1a-9f8e-4e0e-9d0a-0a6b0f7c1d2e', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const ids = fc.oneof({ weight: 4, arbitrary: texts }, fc.integer(), fc.constant(null))
const times = fc.oneof(
  { weight: 9, arbitrary: fc.constant('2026-05-31T10:00:00.000Z') },
  fc.constantFrom('2026-05-31', '9999-12-31T23:59:59Z', '0000-01-01', 'yesterday', ''),
  fc.date().map(String),
)
const fields = fc.dictionary(
  fc.oneof(
    fc.constantFrom('email', 'phone', 'mobile', 'name', 'birthday', 'address', '__proto__', 'constructor'),
    texts,
  ),
  fc.oneof({ weight: 3, arbitrary: ids }, fc.jsonValue({ maxDepth: 4 })),
  { maxKeys: 5 },
)
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 3 })
const shapely = fc.record({
  type: fc.constantFrom(...EVENT_TYPES),
  ...{ userId: rarely(ids), anonymousId: rarely(ids), previousId: rarely(ids), groupId: rarely(ids) },
  ...{ messageId: rarely(texts), event: rarely(texts), name: rarely(texts) },
  ...{ timestamp: rarely(times), originalTimestamp: rarely(times), sentAt: rarely(times) },
  ...{ traits: rarely(fields), properties: rarely(fields) },
  context: rarely(fc.record({ traits: rarely(fields), device: rarely(fc.record({ id: ids, advertisingId: ids })) })),
})
const events = fc
  .oneof({ weight: 5, arbitrary: shapely }, fc.jsonValue({ maxDepth: 5 }))
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)

test('whatever comes, the workers take what is taken here, and it claims no kind that the key may not', () => {
  let taken = 0
  fc.assert(
    fc.property(events, fc.oneof(fc.constant(KINDS), fc.subarray(KINDS)), (value, kinds) => {
      const result = take(value, kinds)
      if (result.kind === 'dead_letter') return
      taken += 1
      const read = understand(Buffer.from(String(result.message.value)), observations, {
        ...{ policy, recordedAt: receivedAt, now: receivedAt },
      })
      if (read.kind === 'dead_letter') throw new Error(`refused by the workers: ${read.reason} ${read.field}`)
      expect(read.firstKey).toBe(result.message.key)
      for (const { kind } of read.observation.identifiers) expect(kinds).toContain(kind)
      expect(new Set(result.identifiers)).toEqual(new Set(read.observation.identifiers.map(({ key }) => key)))
    }),
    { numRuns: 3000 },
  )
  expect(taken).toBeGreaterThan(300)
})

describe('an event is refused', () => {
  test.each<[string, unknown, string, string | undefined]>([
    ['a number', 7, 'wrong_type', '/'],
    ['nothing said', {}, 'missing_field', '/type'],
    ['no such type', { type: 'purchase' }, 'wrong_value', '/type'],
    ['a track call without its event', { type: 'track', userId: 'u1' }, 'missing_field', '/event'],
    ['an id that is an object', { type: 'identify', userId: { id: 1 } }, 'wrong_type', '/userId'],
    ['traits that are a text', { type: 'identify', userId: 'u1', traits: 'An' }, 'wrong_type', '/traits'],
    ['a long message id', { type: 'page', userId: 'u1', messageId: 'm'.repeat(101) }, 'wrong_value', '/messageId'],
    ['no time', { type: 'page', userId: 'u1', timestamp: 'yesterday' }, 'impossible_date', undefined],
    [
      'the future',
      { type: 'page', userId: 'u1', timestamp: '2026-06-01T00:06:00Z' },
      'observed_in_the_future',
      undefined,
    ],
    ['nobody', { type: 'page' }, 'no_identifier', undefined],
    [
      'too much',
      { type: 'track', event: 'X', userId: 'u1', properties: { text: 'x'.repeat(33_000) } },
      'too_large',
      undefined,
    ],
  ])('that says %s', (_, value, reason, field) => {
    const result = take(value)
    expect(result.kind === 'dead_letter' && [result.reason, result.field]).toEqual([reason, field])
  })

  test('where nothing remains that the key may claim', () => {
    expect(take({ type: 'page', userId: 'u1' }, ['cookie'])).toMatchObject({ reason: 'no_identifier' })
  })
})

test('what cannot be read is left out by reason, beside what may not be claimed', () => {
  const result = take({ type: 'identify', userId: 'u1', traits: { email: 'nobody', phone: '0912345671' } }, [
    'user_id',
    'email',
  ])
  if (result.kind === 'dead_letter') throw new Error(result.reason)
  expect(counted([...result.leftOut, ...result.leftOut])).toEqual([
    { reason: 'kind_not_allowed', kind: 'phone', count: 2 },
    { reason: 'not_an_email', count: 2 },
  ])
})

test('an event without an id gets one, each its own', () => {
  const idOf = () => {
    const result = take({ type: 'page', userId: 'u1' })
    return result.kind === 'taken' && JSON.parse(String(result.message.value)).messageId
  }
  expect(idOf()).toMatch(/^shop:[\da-f-]{36}$/)
  expect(idOf()).not.toBe(idOf())
})

test('what is kept of a refused event holds no write key', () => {
  expect(String(bytesOf({ type: 'track', writeKey: 'wk_1' }))).toBe('{"type":"track"}')
  expect(String(bytesOf([1]))).toBe('[1]')
})
