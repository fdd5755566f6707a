import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aRecord } from '../../test/a-record.ts'
import type { CurrentRecord } from '../identity/facts.ts'
import { createPolicy } from '../identity/policy.ts'
import { blockedRecords, scoredLinks } from '../identity/scoring.ts'
import { defaultWeights } from './default-weights.ts'
import { createMatching } from './matching.ts'

const policy = createPolicy({ kinds: { record: { account: true } } })
const matching = createMatching(defaultWeights, policy)
const an = { name: 'Nguyễn Văn An', birthday: '1990-02-14', 'address.street': '12 Lê Lợi', 'address.city': 'Huế' }

const score = (records: readonly CurrentRecord[]) =>
  scoredLinks(blockedRecords(records, matching), { matching, policy })

describe('scores', () => {
  test('records that agree in what is theirs alone are alike', async () => {
    const records = [aRecord('1', an), aRecord('2', { name: 'An Nguyen Van', birthday: '1990-02-14' })]
    const [link, ...others] = await score(records)
    expect(others).toEqual([])
    expect(link).toMatchObject({ a: 'record:s:1', b: 'record:s:2' })
    expect(link?.probability).toBeGreaterThan(policy.linkThreshold)
  })

  test('a name alone is not enough', async () => {
    const [one, other] = [aRecord('1', { name: 'Nguyễn Văn An' }), aRecord('2', { name: 'Nguyễn Văn An' })]
    expect(await matching.score([[one, other]])).toEqual([undefined])
  })

  test('records of one account are not scored, of two records of an account the better counts', async () => {
    const [one, weak, strong] = [aRecord('1', an), aRecord('2', { name: an.name }), aRecord('3', an)]
    const twice = { ...weak, account: strong.account }
    expect(await score([twice, strong])).toEqual([])
    expect(await score([one, twice, strong])).toEqual(await score([one, strong]))
  })
})

test('accounts of which two records contradict are not alike, whatever others say', async () => {
  const [one, alike, another] = [
    aRecord('1', an),
    aRecord('2', an),
    aRecord('3', { name: 'Trần Thị Hoa', birthday: '1951-11-23' }),
  ]
  expect(await score([one, alike, { ...another, account: alike.account }])).toEqual([])
})

describe('contradictions', () => {
  test('another name and another birth date', () => {
    const father = aRecord('1', { name: 'Nguyễn Văn An', birthday: '1960-01-02' })
    expect(matching.contradicts(father, aRecord('2', { name: 'Nguyễn Thị Hoa', birthday: '1991-11-13' }))).toBe(true)
    expect(matching.contradicts(father, aRecord('2', { name: 'An Nguyễn', birthday: '1960-01-02' }))).toBe(false)
  })

  test('father and son of one house and one phone; a woman who moved and married is one', () => {
    const house = { 'address.street': '12 Lê Lợi', 'address.city': 'Huế', phone: '+84868964818' }
    const father = aRecord('1', { ...house, name: 'Nguyễn Văn An', birthday: '1960-01-02' })
    expect(
      matching.contradicts(father, aRecord('2', { ...house, name: 'Nguyễn Quốc Bảo', birthday: '1991-11-13' })),
    ).toBe(true)
    const [before, after] = [
      { name: 'Lê Minh Châu', birthday: '1988-03-05', phone: house.phone },
      { name: 'Trần Minh Châu', birthday: '1988-03-05', phone: house.phone, 'address.city': 'Huế' },
    ]
    expect(matching.contradicts(aRecord('3', before), aRecord('4', after))).toBe(false)
  })

  test('one comparison alone contradicts nothing', () => {
    expect(matching.contradicts(aRecord('1', { name: 'Ada Smith' }), aRecord('2', { name: 'Bill Brown' }))).toBe(false)
  })
})

const traits = fc.record(
  {
    name: fc.constantFrom('Ada Smith', 'Smith Ada', 'Ada Smyth', 'Bill Brown', 'William Brown', 'Nguyễn An'),
    birthday: fc.constantFrom('1990-02-11', '1990-11-02', '1990-02-12', '1971-05-06'),
    'address.street': fc.constantFrom('1 High Street', '12 High Street', '3 Low Road'),
    'address.city': fc.constantFrom('Leeds', 'York'),
    email: fc.constantFrom('ada@x.org', 'ada@y.org', 'bill@x.org'),
  },
  { requiredKeys: [] },
)

test('whatever the order of the records, the same scores to the last digit, and contradictions from both sides', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(traits, { maxLength: 15 }), fc.func(fc.integer()), async (all, order) => {
      const records = all.map((each, index) => aRecord(String(index), each))
      const shuffled = records.toSorted((a, b) => order(a.id) - order(b.id))
      expect(await score(shuffled)).toEqual(await score(records))
      for (const a of records)
        for (const b of records) expect(matching.contradicts(a, b)).toBe(matching.contradicts(b, a))
    }),
  )
})
