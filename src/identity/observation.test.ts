import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { accountOf, type ObservationMessage, parseTime, type Reading, toObservation } from './observation.ts'
import { createPolicy } from './policy.ts'
import { traitsOf } from './traits.ts'

const policy = createPolicy({
  kinds: {
    ...{ email: { normaliser: 'email' }, phone: { normaliser: 'phone' }, cookie: {} },
    ...{ loyalty_card: { normaliser: 'card' }, crm_contact: { account: true }, record: { account: true } },
  },
  sources: { crm: { account: 'crm_contact' }, loyalty: { account: 'loyalty_card' }, paris: { country: 'FR' } },
})
const now = Date.UTC(2025, 5, 1)
const reading: Reading = { policy, recordedAt: now, now }

function message(over: Partial<ObservationMessage> = {}): ObservationMessage {
  const identifiers = [{ kind: 'cookie', value: 'c1' }]
  return { messageId: 'm', source: 'web', type: 'track', observedAt: '2025-01-31T09:30:00.000Z', identifiers, ...over }
}

/** The keys that a message names, and what was left out of it; or why it was refused. */
function understood(over: Partial<ObservationMessage>, how: Partial<Reading> = {}) {
  const result = toObservation(message(over), { ...reading, ...how })
  if (result.kind === 'rejected') return result.reason
  return [result.observation.identifiers.map(({ key }) => key), result.leftOut]
}

describe('identifiers', () => {
  test('are in normal form, distinct and sorted', () => {
    const identifiers = [
      { kind: 'phone', value: '0912 345 678' },
      { kind: 'email', value: 'An@Mail.VN' },
      { kind: 'phone', value: '+84 912 345 678' },
    ]
    expect(understood({ identifiers })).toEqual([['email:an@mail.vn', 'phone:+84912345678'], []])
  })

  test('that cannot be read are left out and named by reason', () => {
    const identifiers = [
      { kind: 'phone', value: '0912 345 67a' },
      { kind: 'cookie', value: '\ud800' },
      { kind: 'cookie', value: 'c1' },
    ]
    expect(understood({ identifiers })).toEqual([['cookie:c1'], ['not_a_phone', 'not_well_formed']])
  })

  test('are scoped by their own scope, else by the source', () => {
    const identifiers = [
      { kind: 'crm_contact', value: '1001' },
      { kind: 'crm_contact', value: '1001', scope: 'crm2' },
    ]
    expect(understood({ source: 'crm', identifiers })).toEqual([['crm_contact:crm2:1001', 'crm_contact:crm:1001'], []])
  })

  test('in traits count, and the account of the record joins them', () => {
    const record = { id: '7', traits: { email: 'an@mail.vn', phone: '', name: 'An' } }
    expect(understood({ source: 'crm', type: 'record', record })).toEqual([
      ['cookie:c1', 'crm_contact:crm:7', 'email:an@mail.vn'],
      [],
    ])
  })

  test('read a phone by the country of the command, else of the source, else of the policy', () => {
    const identifiers = [{ kind: 'phone', value: '0612345678' }]
    expect(understood({ source: 'paris', identifiers })).toEqual([['phone:+33612345678'], []])
    expect(understood({ source: 'paris', identifiers }, { country: 'NL' })).toEqual([['phone:+31612345678'], []])
  })
})

describe('a message is refused', () => {
  const many = Array.from({ length: 51 }, (_, n) => ({ kind: 'cookie', value: `c${n}` }))
  test.each<[string, Partial<ObservationMessage>]>([
    ['no_identifier', { identifiers: [] }],
    ['no_identifier', { identifiers: [{ kind: 'phone', value: 'no phone' }] }],
    [
      'unknown_kind',
      {
        identifiers: [
          { kind: 'cookie', value: 'c1' },
          { kind: '__proto__', value: 'x' },
        ],
      },
    ],
    ['too_many_identifiers', { identifiers: many }],
    ['impossible_date', { observedAt: '2025-02-30T00:00:00Z' }],
    ['observed_in_the_future', { observedAt: new Date(now + 300_001).toISOString() }],
    ['record_missing', { type: 'record' }],
    ['record_missing', { type: 'delete' }],
    ['bad_record_id', { type: 'record', record: { id: '' } }],
    ['bad_record_id', { type: 'record', record: { id: ' 7' } }],
    ['bad_record_id', { type: 'record', record: { id: 'a\nb' } }],
    ['bad_source', { source: 'a|b' }],
    ['bad_source', { source: '' }],
    ['bad_load', { load: 'a:b' }],
    ['not_well_formed', { messageId: '\ud800' }],
  ])('%s: %j', (reason, over) => expect(understood(over)).toBe(reason))

  test('not where it only just is not', () => {
    expect(understood({ identifiers: many.slice(1) })).toHaveLength(2)
    expect(understood({ observedAt: new Date(now + 300_000).toISOString() })).toHaveLength(2)
    expect(understood({ identifiers: [], type: 'record', record: { id: '7' } })).toEqual([['record:web:7'], []])
  })
})

test('the account of a record is a function of its source and id alone', () => {
  expect(accountOf('crm', '7', policy)?.key).toBe('crm_contact:crm:7')
  expect(accountOf('loyalty', 'lc-7', policy)?.key).toBe('loyalty_card:LC7')
  for (const source of ['shop', 'constructor']) expect(accountOf(source, '7', policy)?.key).toBe(`record:${source}:7`)
})

describe('times', () => {
  test.each([
    ['2025-01-31', '2025-01-31T00:00:00.000Z'],
    ['2025-01-31T09:30Z', '2025-01-31T09:30:00.000Z'],
    ['2025-01-31 09:30:15.5', '2025-01-31T09:30:15.500Z'],
    ['2025-01-31T09:30:15,123456789Z', '2025-01-31T09:30:15.123Z'],
    ['2025-01-31T09:30:00+07:00', '2025-01-31T02:30:00.000Z'],
    ['2025-01-31T00:30:00-0330', '2025-01-31T04:00:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%j is %s', (text, iso) => expect(parseTime(text)).toBe(Date.parse(iso)))

  test.each([
    ...['2025-02-29', '2025-02-30', '2025-13-01', '2025-00-10', '2025-01-00', '2025-04-31', '0000-00-00', '0075-01-01'],
    ...['2025-01-31T24:00:00Z', '2025-01-31T09:60:00Z', '2025-01-31T09:30:60Z', '2025-01-31T09Z', '2025-1-31'],
    ...['2025-01-31T09:30:00+99:99', '2025-01-31T09:30:00+15:00', '2025-01-31T09:30:00+07:60'],
    ...['', 'today', '1738315800', '31/01/2025', '1969-12-31', '20250131', '2025-01-31T09:30:00Zulu'],
  ])('%j is none', (text) => expect(parseTime(text)).toBeUndefined())

  test('every time is read as it is written', () => {
    const anyTime = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(anyTime, (time) => {
        expect(parseTime(time.toISOString())).toBe(time.getTime())
      }),
    )
  })
})

describe('traits', () => {
  test('are text by their path', () => {
    const raw = {
      name: ' An ',
      age: 35,
      vip: true,
      none: null,
      empty: ' ',
      address: { city: 'Hue\u0302\u0301', street: '' },
      tags: ['a'],
    }
    expect(traitsOf(raw)).toEqual({ name: 'An', age: '35', vip: 'true', 'address.city': 'Huế', 'tags.0': 'a' })
    expect(traitsOf(undefined)).toEqual({})
  })

  test('of names that objects reserve stay data', () => {
    const traits = traitsOf(JSON.parse('{"__proto__": "x", "constructor": "y", "address": {"__proto__": "z"}}'))
    expect(Object.values(traits).sort()).toEqual(['x', 'y', 'z'])
    expect(Object.getPrototypeOf(traits)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  test('do not depend on the order of the keys in a message', () => {
    const anyName = fc.constantFrom(
      'address.city',
      'address',
      'city',
      'constructor',
      '_constructor',
      '__proto__',
      '\ud800',
    )
    const anyLeaf = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.dictionary(anyName, fc.string()))
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(anyName, anyLeaf), { selector: ([name]) => name }), (entries) => {
        expect(traitsOf(Object.fromEntries(entries.toReversed()))).toEqual(traitsOf(Object.fromEntries(entries)))
        for (const value of Object.values(traitsOf(Object.fromEntries(entries))))
          expect(value.isWellFormed()).toBe(true)
      }),
    )
  })
})
