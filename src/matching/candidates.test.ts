import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aRecord } from '../../test/a-record.ts'
import { blockingKeys, keysToLearnBy, ruleOf } from './blocking.ts'
import { candidatesOf } from './candidates.ts'
import { comparableOf } from './comparable.ts'

const traits = fc.record(
  {
    name: fc.constantFrom('Ada Smith', 'Smith Ada', 'Bill Brown', 'William Brown', 'Nguyễn An', 'Nguyen Văn An'),
    birthday: fc.constantFrom('1990-02-11', '1990-02-12', '1971-05-06'),
    'address.street': fc.constantFrom('1 High Street', '3 Low Road'),
    'address.city': fc.constantFrom('Leeds', 'York'),
    email: fc.constantFrom('ada@x.org', 'ada@y.org', 'bill@x.org'),
    badge: fc.constantFrom('b-1001', 'b-1002'),
  },
  { requiredKeys: [] },
)
const world = fc
  .array(traits, { maxLength: 25 })
  .map((each) => each.map((one, index) => comparableOf(aRecord(String(index), one))))
const namesOf = (records: readonly { key: string }[], pairs: Iterable<{ a: number; b: number }>) =>
  new Set([...pairs].map(({ a, b }) => [records[a]?.key, records[b]?.key].sort().join(' ')))

const loose = ['birth', 'birth_part', 'address_part']
const mostOf = (key: string, maxBlock: number) =>
  loose.includes(ruleOf(key)) ? Math.max(2, Math.ceil(maxBlock / 3)) : maxBlock

test('candidates share a key that few enough carry, whatever the order of the records', () => {
  fc.assert(
    fc.property(world, fc.integer({ min: 2, max: 12 }), (records, maxBlock) => {
      const keys = records.map((record) => new Set(blockingKeys(record)))
      const carriers = (key: string) => keys.filter((each) => each.has(key)).length
      const expected = new Set<string>()
      for (const [i, one] of keys.entries()) {
        for (const [j, other] of keys.entries()) {
          const isShared = one.values().some((key) => other.has(key) && carriers(key) <= mostOf(key, maxBlock))
          if (i < j && isShared) expected.add([records[i]?.key, records[j]?.key].sort().join(' '))
        }
      }
      const pairs = [...candidatesOf(records, maxBlock).pairs]
      expect(namesOf(records, pairs)).toEqual(expected)
      expect(pairs.length, 'each once').toBe(expected.size)
      const turned = records.toReversed()
      expect(namesOf(turned, candidatesOf(turned, maxBlock).pairs)).toEqual(expected)
    }),
  )
})

test('a key tells its rule, whatever the trait is called', () => {
  const record = comparableOf(aRecord('1', { 'shop:badge': 'B-1001', email: 'ada:x@x.org' }))
  expect(new Set(blockingKeys(record).map(ruleOf))).toEqual(new Set(['free shop:badge', 'email']))
})

test('however much a record says, its keys are few, and the same whatever the order of its traits', () => {
  const many = (name: string) =>
    Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`${name}${n}`, `text ${n}`]))
  const phones = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`p${n}.phone`, `09${12_345_600 + n}`]))
  const name = 'Aba Ceda Difo Gulo Hami Kenu'
  const traits = { ...many('trait'), ...phones, name, birthday: '1990-02-11', email: 'a@b.c', 'address.city': 'Huế' }
  const keys = blockingKeys(comparableOf(aRecord('1', traits)))
  expect(keys.length).toBeLessThan(100)
  const turned = Object.fromEntries(Object.entries(traits).reverse())
  expect(blockingKeys(comparableOf(aRecord('2', turned)))).toEqual(keys)
  // Records that say nearly the same are still looked for by the same.
  const other = new Set(blockingKeys(comparableOf(aRecord('3', { ...many('trait'), another: 'thing' }))))
  expect(keys.filter((key) => key.startsWith('free ') && other.has(key)).length).toBeGreaterThan(15)
})

test('a pair that loses one key to an error keeps another', () => {
  const keysOf = (traits: Record<string, string>) => new Set(blockingKeys(comparableOf(aRecord('1', traits))))
  const shared = (a: Record<string, string>, b: Record<string, string>) =>
    [...keysOf(a).intersection(keysOf(b))].map((key) => key.slice(0, key.indexOf(':')))
  const ada = { name: 'Ada Smith', birthday: '1990-02-11' }
  expect(shared(ada, { name: 'Smith Ada', birthday: '1971-05-06' })).toEqual(['names'])
  expect(shared(ada, { name: 'Xyz Qrst', birthday: '1990-02-11' })).toEqual(['birth'])
  expect(shared(ada, { name: 'Ada Qrst', birthday: '1990-02-11' })).toContain('birth_name')
  expect(shared(ada, { name: 'Ada Qrst', birthday: '1990-02-12' })).toEqual(['birth_part'])
  const eva = { name: 'Eva Maria Smith', birthday: '1990-02-11' }
  expect(shared(eva, { name: 'Maria Eva Smith', birthday: '1990-03-11' }), 'all names, two parts').toContain(
    'birth_part',
  )
  expect(shared(eva, { name: 'Eva Maria Qrst', birthday: '1990-03-11' })).toEqual(['names'])
  const house = { 'address.street': '12 High Street', 'address.city': 'Leeds' }
  expect(shared(house, house)).toEqual(['address', 'address_part'])
  expect(shared(house, { ...house, 'address.city': 'York' })).toEqual(['address_part'])
  const birthday = '1971-05-06'
  expect(shared({ name: 'Bill Brown', birthday }, { name: 'William Brown', email: 'w@x.org' })).toEqual(['names'])
  expect(shared({ name: 'Bill Brown' }, { name: 'Bill Brown' }), 'names alone make nobody the same').toEqual([])
  expect(shared({ phone: '+84912345678' }, { phone: '0912345678' })).toEqual(['phone'])
  expect(shared({ email: 'ada@x.org' }, { email: 'ada@y.org' })).toEqual(['email'])
})

test('of many born on one day only those with a name in common are candidates, but for whoever learns', () => {
  const names = ['Ada Smith', 'Adda Quest', 'Bo Lind', 'Cy Marsh', 'Dee Noon', 'Eve Holm', 'Flo Pratt', 'Guy Reed']
  const born = (people: readonly string[]) =>
    people.map((name, index) => comparableOf(aRecord(String(index), { name, birthday: '1990-02-11' })))
  const [few, many] = [born(names.slice(0, 3)), born(names)]
  expect(namesOf(few, candidatesOf(few, 9).pairs).size, 'of few all').toBe(3)
  expect([...candidatesOf(many, 9).pairs].map(({ a, b }) => [a, b])).toEqual([[0, 1]])
  expect(namesOf(many, candidatesOf(many, 9, keysToLearnBy).pairs).size, 'who learns').toBe(28)
})
