import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aRecord } from '../../test/a-record.ts'
import { comparableOf } from './comparable.ts'
import { compare, comparisonLevels } from './compare.ts'
import { foldedWords } from './names.ts'

const NOTHING_KNOWN = { frequencies: {} }
type Traits = Record<string, string>
const comparable = (id: string, traits: Traits) => comparableOf(aRecord(id, traits))
const levels = (a: Traits, b: Traits) =>
  Object.fromEntries(
    compare(comparable('1', a), comparable('2', b), NOTHING_KNOWN).map(({ comparison, level }) => [comparison, level]),
  )

describe('each trait by what it is about', () => {
  test.each<[string, Traits, Traits, Record<string, string>]>([
    ['names', { name: 'Nguyễn Văn An' }, { fullName: 'an nguyen van' }, { full_name: 'exact' }],
    [
      'names told apart',
      { firstName: 'Ada', lastName: 'Smith' },
      { given_name: 'Ada', surname: 'Smyth' },
      { given_name: 'exact', family_name: 'close', name_order: 'straight' },
    ],
    [
      'names in the wrong fields',
      { firstName: 'Ada', lastName: 'Smith' },
      { firstName: 'Smith', lastName: 'Ada' },
      { given_name: 'exact', family_name: 'exact', name_order: 'swapped' },
    ],
    [
      'a full name and its parts',
      { name: 'Smith Ada' },
      { firstName: 'Ada', lastName: 'Smith' },
      { full_name: 'exact' },
    ],
    ['a name that one of them lacks', { firstName: 'Ada' }, { lastName: 'Brown' }, {}],
    ['birth dates', { birthday: '1990-02-14' }, { dob: '19900214' }, { birth_date: 'exact' }],
    ['one digit', { birthday: '1990-02-14' }, { birthday: '1990-02-15' }, { birth_date: 'typo' }],
    ['day and month swapped', { birthday: '1990-02-11' }, { birthday: '1990-11-02' }, { birth_date: 'typo' }],
    ['another month', { birthday: '1990-02-14' }, { birthday: '1990-11-14' }, { birth_date: 'two_parts' }],
    ['the year alone', { birthday: '1990-02-14' }, { birthday: '1990-11-25' }, { birth_date: 'year' }],
    ['misread characters', { birthday: '2006-07-28' }, { birthday: '2006p728' }, { birth_date: 'typo' }],
    ['what cannot be read does not disagree', { birthday: '2006-07-28' }, { birthday: 'unknown' }, {}],
    ['gender', { gender: 'Male' }, { sex: 'm' }, { gender: 'exact' }],
    [
      'one town',
      { 'address.street': '12 Lê Lợi', 'address.city': 'Huế' },
      { 'address.street': '7 Hai Bà Trưng', 'address.city': 'Huế' },
      { address: 'different', city: 'exact' },
    ],
    ['phones', { phone: '+84912345678' }, { phone: '0912 345 678' }, { phone: 'exact' }],
    ['e-mails of one person', { email: 'an.nguyen@a.vn' }, { email: 'an.nguyen@b.vn' }, { email: 'local' }],
    ['a further trait', { occupation: 'Baker' }, { occupation: 'baker' }, { 'free occupation': 'exact' }],
    ['nothing in common', { name: 'Ada' }, { birthday: '1990-02-14' }, {}],
  ])('%s', (_, a, b, expected) => expect(levels(a, b)).toEqual(expected))
})

describe('what a family shares', () => {
  const shared = { 'address.street': '12 Lê Lợi', 'address.city': 'Huế', phone: '0912345678', email: 'le@x.vn' }

  test("is one customer's where the names are alike", () => {
    expect(levels({ name: 'Lê Minh', ...shared }, { name: 'Le Minh', ...shared })).toEqual({
      ...{ full_name: 'exact', address: 'same', phone: 'exact', email: 'exact' },
    })
  })

  test("is a household's where they are not", () => {
    expect(levels({ name: 'Lê Minh', ...shared }, { name: 'Lê Hoa', ...shared })).toEqual({
      ...{ full_name: 'some', address: 'household', phone: 'household', email: 'household' },
    })
  })

  test("is a household's where one name says less and the birth dates differ", () => {
    const [long, short] = [
      { name: 'Lê Thị Minh', ...shared },
      { name: 'Lê Minh', ...shared },
    ]
    expect(levels(long, short)).toMatchObject({ full_name: 'part', address: 'same' })
    expect(levels({ ...long, birthday: '1964-12-20' }, { ...short, birthday: '1995-08-21' })).toMatchObject({
      ...{ full_name: 'part', birth_date: 'different', address: 'household' },
    })
  })

  test("a house without names is a household's, a phone or an e-mail its holder's", () => {
    expect(levels(shared, shared)).toEqual({ address: 'household', phone: 'exact', email: 'exact' })
  })

  test('neighbours share a street, not a house', () => {
    const neighbour = { name: 'Lê Minh', 'address.street': '14 Lê Lợi', 'address.city': 'Huế' }
    expect(levels({ name: 'Lê Minh', ...shared }, neighbour)).toEqual({ full_name: 'exact', address: 'partly' })
  })
})

test('the policy says what a trait is about', () => {
  const record = aRecord('1', { handle: 'Ada Smith', name: 'x' })
  expect(foldedWords(comparableOf(record, { handle: 'full_name', name: 'none' }).names().all)).toEqual(['ada', 'smith'])
})

const traits = fc.record(
  {
    firstName: fc.constantFrom('Ada', 'Adam', 'Bill', 'William', 'A', 'Anna Maria'),
    lastName: fc.constantFrom('Smith', 'Smyth', 'Ada', 'Nguyễn', 'Nguyen'),
    name: fc.constantFrom('Ada Smith', 'Smith', 'Nguyen Anna', 'W Nguyễn'),
    birthday: fc.constantFrom('1990-02-11', '1990-11-02', '1990-02-12', '2006p728', '1971-05-06'),
    'address.street': fc.constantFrom('1 High Street', '12 High Street', 'High Street', 'Low Road 3'),
    'address.city': fc.constantFrom('Leeds', 'Leds', 'York'),
    email: fc.constantFrom('ada@x.org', 'ada@y.org', 'adaa@x.org', 'bill@x.org'),
    occupation: fc.constantFrom('baker', 'bakker', 'smith'),
  },
  { requiredKeys: [] },
)

test('the levels of any two records are known, and the same from both sides', () => {
  fc.assert(
    fc.property(traits, traits, (a, b) => {
      const found = levels(a, b)
      expect(levels(b, a)).toEqual(found)
      for (const [comparison, level] of Object.entries(found)) {
        expect(comparisonLevels[comparison] ?? comparisonLevels.free).toContain(level)
      }
    }),
    { numRuns: 2000 },
  )
})
