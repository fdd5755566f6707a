import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shippedPolicy } from '../test/live.ts'
import { sources } from './sources/sources.ts'
import { understand } from './understand.ts'

const now = Date.UTC(2026, 0, 31, 12)
const reading = { policy: shippedPolicy(), recordedAt: now, now }
const good = {
  messageId: 'm1',
  source: 'web',
  type: 'identify',
  observedAt: '2026-01-31T09:30:00.000Z',
  identifiers: [
    { kind: 'cookie', value: 'ck-1' },
    { kind: 'email', value: 'An@Mail.vn' },
  ],
}

function understood(topic: string, body: unknown) {
  const mapping = sources.get(topic)
  if (mapping === undefined) throw new Error(topic)
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return understand(bytes, mapping, reading)
}

const refused = (reason: string, field?: string) => ({ kind: 'dead_letter', reason, ...(field ? { field } : {}) })
const many = (prefix: string) => Array.from({ length: 1000 }, (_, index) => ({ kind: 'cookie', value: prefix + index }))

describe('observations', () => {
  test('a good one has its identifiers in normal form', () => {
    const accepted = understood('observations', good)
    expect(accepted).toMatchObject({
      kind: 'understood',
      observation: { identifiers: [{ key: 'cookie:ck-1' }, { key: 'email:an@mail.vn' }] },
    })
  })

  test.each([
    ['no object', [], refused('wrong_type', '/')],
    ['null', null, refused('wrong_type', '/')],
    ['no source', { ...good, source: undefined }, refused('missing_field', '/source')],
    ['a source that is a number', { ...good, source: 7 }, refused('wrong_type', '/source')],
    ['an unknown type', { ...good, type: 'merge' }, refused('wrong_value', '/type')],
    ['identifiers that are no list', { ...good, identifiers: {} }, refused('wrong_type', '/identifiers')],
    [
      'a value that is an object',
      { ...good, identifiers: [{ kind: 'email', value: {} }] },
      refused('wrong_type', '/identifiers/0/value'),
    ],
    [
      'an identifier without a kind',
      { ...good, identifiers: [{ value: 'x' }] },
      refused('missing_field', '/identifiers/0/kind'),
    ],
    ['an unknown kind', { ...good, identifiers: [{ kind: 'fax', value: '1' }] }, refused('unknown_kind')],
    [
      'a kind of every object',
      { ...good, identifiers: [{ kind: 'constructor', value: '1' }] },
      refused('unknown_kind'),
    ],
    ['1,000 identifiers', { ...good, identifiers: many('') }, refused('too_many_identifiers')],
    ['1,000 longer ones', { ...good, identifiers: many('a long one ') }, refused('too_large')],
    ['an impossible date', { ...good, observedAt: '2026-02-30T00:00:00Z' }, refused('impossible_date')],
    ['no date', { ...good, observedAt: 'yesterday' }, refused('impossible_date')],
    ['a date to come', { ...good, observedAt: '2026-01-31T12:06:00Z' }, refused('observed_in_the_future')],
    ['a source that breaks keys', { ...good, source: 'a|b' }, refused('bad_source')],
    ['no identifiers', { ...good, identifiers: [] }, refused('no_identifier')],
    ['a record without its id', { ...good, record: {} }, refused('missing_field', '/record/id')],
    ['a row without its record', { ...good, type: 'record' }, refused('record_missing')],
    [
      'properties that are a list',
      { ...good, event: { name: 'x', properties: [] } },
      refused('wrong_type', '/event/properties'),
    ],
  ])('%s', (_, body, expected) => expect(understood('observations', body)).toEqual(expected))

  test('half a surrogate pair names nobody, and what else the message says stands', () => {
    const identifiers = [{ kind: 'cookie', value: '\ud83d' }]
    expect(understood('observations', { ...good, identifiers })).toEqual(refused('no_identifier'))
    expect(understood('observations', { ...good, messageId: '\ud83d' })).toEqual(refused('not_well_formed'))
    const both = understood('observations', { ...good, identifiers: [...identifiers, ...good.identifiers] })
    expect(both).toMatchObject({ kind: 'understood', leftOut: ['not_well_formed'] })
  })

  test('keys that objects reserve stay data', () => {
    const text = JSON.stringify({ ...good, record: { id: 'r', traits: { X: 'y' } } })
      .replace('"X":"y"', '"__proto__":"y","constructor":"z"')
      .replace('"source"', '"__proto__":{"type":"delete"},"source"')
    const accepted = understood('observations', text)
    expect(accepted).toMatchObject({ kind: 'understood', observation: { type: 'identify' } })
    const traits = accepted.kind === 'understood' ? accepted.observation.record?.traits : undefined
    expect(Object.entries(traits ?? {}).sort()).toEqual([
      ['___proto__', 'y'],
      ['_constructor', 'z'],
    ])
  })
})

describe('every topic', () => {
  test.each([...sources.keys()])('%s ends every value as understood or refused', (topic) => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(anyField, fc.jsonValue())), (value) => {
        expect(['understood', 'dead_letter']).toContain(understood(topic, value).kind)
      }),
    )
  })

  test.each([...sources.keys()])('%s ends every byte string as understood or refused', (topic) => {
    const mapping = sources.get(topic)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(mapping && understand(bytes, mapping, reading).kind).toBe('dead_letter')
      }),
    )
  })
})

const anyField = fc.constantFrom(
  ...['messageId', 'source', 'type', 'observedAt', 'identifiers', 'record', 'event', 'id', 'at', 'cookie', 'action'],
  ...[
    'saleId',
    'soldAt',
    'store',
    'account',
    'total',
    'items',
    'changeId',
    'changedAt',
    'contactId',
    'holder',
    'cardNumber',
  ],
)
