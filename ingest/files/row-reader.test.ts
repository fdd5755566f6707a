import { describe, expect, test } from 'vitest'
import { shippedPolicy } from '../../test/live.ts'
import { describe as inWords, type Mapping, parseMapping } from './mapping.ts'
import { createRowReader } from './row-reader.ts'
import { wellKnownMapping } from './well-known.ts'

const policy = shippedPolicy()
const observedAt = '2026-01-01T00:00:00.000Z'

function reader(mapping: Mapping, columns: string[], source = 'file') {
  const read = createRowReader({ mapping, columns, policy, source, load: undefined, observedAt })
  return (...cells: (string | null)[]) => {
    const reading = read(cells)
    if ('reason' in reading) return reading
    const { message, keptAsText } = reading
    return { ...message, traits: message.record?.traits, recordId: message.record?.id, keptAsText }
  }
}

describe('well-known columns', () => {
  test('are recognised however they are written', () => {
    const columns = [
      'Record_ID',
      'Source',
      'GIVEN NAME',
      'Surname',
      'DOB',
      'E-mail',
      'Mobile',
      'suburb',
      'zip',
      'soc_sec_id',
      'Gender_at_Birth',
    ]
    expect(wellKnownMapping(columns)).toEqual({
      recordId: 'Record_ID',
      source: 'Source',
      identifiers: { national_id: ['soc_sec_id'] },
      traits: {
        ...{ firstName: 'GIVEN NAME', lastName: 'Surname', birthday: 'DOB', gender: 'Gender_at_Birth' },
        ...{ phone: 'Mobile', 'address.city': 'suburb', 'address.postalCode': 'zip', email: 'E-mail' },
      },
    })
  })

  test('of one meaning: the best is the trait, further phones are identifiers, other ones traits of their own', () => {
    const mapping = wellKnownMapping(['id', 'record_id', 'mobile', 'phone', 'city', 'suburb', 'hobby', ''])
    expect(mapping.recordId).toBe('record_id')
    expect(mapping.identifiers).toEqual({ phone: ['mobile'] })
    expect(mapping.traits).toEqual({
      phone: 'phone',
      'address.city': 'city',
      id: 'id',
      suburb: 'suburb',
      hobby: 'hobby',
    })
  })

  test('make rows of type record, whose source the row may name', () => {
    const columns = ['record_id', 'source', 'first_name', 'dob', 'national_id']
    const read = reader(wellKnownMapping(columns), columns)
    expect(read('r1', null, 'An', '19950320', '77')).toMatchObject({
      ...{ type: 'record', source: 'file', observedAt, recordId: 'r1', keptAsText: [] },
      ...{ identifiers: [{ kind: 'national_id', value: '77' }], traits: { firstName: 'An', birthday: '1995-03-20' } },
    })
    expect(read('r1', 'crm', null, null, null)).toMatchObject({ source: 'crm', identifiers: [], traits: {} })
  })
})

describe('a row', () => {
  test('keeps as text what is no date, and says so', () => {
    const read = reader(wellKnownMapping(['id', 'dob']), ['id', 'dob'])
    expect(read('1', '2006p728')).toMatchObject({ traits: { birthday: '2006p728' }, keptAsText: ['birthday'] })
  })

  test('without its record id is refused, by the column', () => {
    const read = reader(wellKnownMapping(['id', 'dob']), ['id', 'dob'])
    expect(read(null, '20010101')).toEqual({ kind: 'dead_letter', reason: 'bad_record_id', field: '/id' })
  })

  test('with an impossible time is refused, by the column', () => {
    const read = reader(wellKnownMapping(['id', 'updated_at']), ['id', 'updated_at'])
    expect(read('1', '2026-02-30')).toEqual({ kind: 'dead_letter', reason: 'impossible_date', field: '/updated_at' })
    expect(read('1', '2025-02-03 04:05:06+00')).toMatchObject({ observedAt: '2025-02-03T04:05:06.000Z' })
    expect(read('1', null)).toMatchObject({ observedAt })
  })

  test('of no id column is known by its content, whatever the order of its columns', () => {
    const mapping = wellKnownMapping(['name', 'city'])
    const one = reader(mapping, ['name', 'city'])('An', 'Huế')
    const other = reader(mapping, ['city', 'name'])('Huế', 'An')
    expect(one).toMatchObject({ recordId: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(other).toMatchObject({ recordId: 'recordId' in one ? one.recordId : undefined })
    expect(reader(mapping, ['name', 'city'])('An', 'Hue')).not.toMatchObject({
      recordId: 'recordId' in one ? one.recordId : undefined,
    })
  })

  test('with a column called __proto__ is a row like any other', () => {
    const read = reader(wellKnownMapping(['id', '__proto__']), ['id', '__proto__'])
    const row = read('1', 'x')
    expect('traits' in row && Object.entries(row.traits ?? {})).toEqual([['__proto__', 'x']])
  })
})

describe('a mapping file', () => {
  const text = `
recordId: key
observedAt: { column: changed, format: dd/MM/yyyy }
identifiers:
  email: mail
  phone: [p1, p2]
traits:
  firstName: [f1, f2]
  birthday: { year: by, month: bm, day: bd }
  joined: { column: since, format: dd/MM/yyyy }
  address.postalCode: zip`
  const columns = ['key', 'changed', 'mail', 'p1', 'p2', 'f1', 'f2', 'by', 'bm', 'bd', 'since', 'zip', 'other']

  test('says what each column is', () => {
    const read = reader(parseMapping(text), columns)
    const row = [
      'k1',
      '31/01/2025',
      'a@b.vn',
      '0912',
      null,
      'KLAUS',
      'THOMAS',
      '1960',
      '3',
      '16',
      '01/02/2003',
      '50000',
      'z',
    ]
    expect(read(...row)).toMatchObject({
      ...{ recordId: 'k1', observedAt: '2025-01-31T00:00:00.000Z', keptAsText: [] },
      identifiers: [
        { kind: 'email', value: 'a@b.vn' },
        { kind: 'phone', value: '0912' },
      ],
      traits: {
        firstName: 'KLAUS THOMAS',
        birthday: '1960-03-16',
        joined: '2003-02-01',
        'address.postalCode': '50000',
      },
    })
    const partial = ['k1', null, null, null, null, 'KLAUS', null, '1960', null, '31', 'June', null, null]
    expect(read(...partial)).toMatchObject({
      traits: { firstName: 'KLAUS', birthday: '1960-31', joined: 'June' },
      keptAsText: ['birthday', 'joined'],
    })
  })

  test('is told in words, with what is not read', () => {
    const lines = inWords(parseMapping(text), columns)
    expect(lines).toContain('trait        birthday: by + bm + bd')
    expect(lines.at(-1)).toBe('not read     other')
  })

  test.each([
    ['names a column that is not there', 'traits: { name: nome }', 'nome'],
    ['names an unknown kind', 'identifiers: { fax: name }', 'fax'],
    ['has a key that is none', 'trait: { name: name }', 'trait'],
    ['is no mapping', '- a', 'mapping'],
    ['is no YAML', 'a: [', 'YAML'],
    ['has a format that is none', 'traits: { birthday: { column: name, format: dd } }', 'dd'],
  ])('that %s is refused', (_, yaml, word) => {
    const attempt = () => reader(parseMapping(yaml), ['name'])
    expect(attempt).toThrowError(
      expect.objectContaining({ code: 'mapping_invalid', message: expect.stringContaining(word) }),
    )
  })
})
