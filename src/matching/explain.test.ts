import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aRecord } from '../../test/a-record.ts'
import { createPolicy } from '../identity/policy.ts'
import { defaultWeights } from './default-weights.ts'
import { explainMatches } from './explain.ts'
import { createMatching } from './matching.ts'

const policy = createPolicy({ kinds: { record: { account: true } }, reviewThreshold: 0.000001 })
const traits = fc.record(
  {
    name: fc.constantFrom('Ada Smith', 'Smith Ada', 'Bill Brown', 'William Brown', 'Nguyễn An'),
    birthday: fc.constantFrom('1990-02-11', '1990-02-12', '1971-05-06'),
    'address.street': fc.constantFrom('1 High Street', '3 Low Road'),
    'address.city': fc.constantFrom('Leeds', 'York'),
    email: fc.constantFrom('ada@x.org', 'ada@y.org', 'bill@x.org'),
  },
  { requiredKeys: [] },
)

test('the bits of the waterfall add up to the weight by which records are matched, from either side', async () => {
  const matching = createMatching(defaultWeights, policy)
  await fc.assert(
    fc.asyncProperty(traits, traits, async (one, other) => {
      const [a, b] = [aRecord('1', one), aRecord('2', other)]
      const [explained, turned] = await explainMatches(
        [
          [a, b],
          [b, a],
        ],
        defaultWeights,
        policy,
      )
      if (explained === undefined) throw new Error('not explained')
      const sum = explained.comparisons.reduce((bits, each) => bits + each.bits, explained.prior + explained.bound)
      expect(sum).toBeCloseTo(explained.weight, 9)
      expect(turned).toEqual(explained)
      expect(explained.contradiction !== undefined).toBe(matching.contradicts(a, b))
      const [scored] = await matching.score([[a, b]])
      if (scored !== undefined) expect(explained.weight).toBeCloseTo(scored.weight, 5)
      if (scored === undefined) expect(explained.probability).toBeLessThan(0.00001)
    }),
  )
})

test('names add no more than the model allows, and the waterfall says what is taken off', async () => {
  const name = 'Zebulon Quackenbush'
  const model = { ...defaultWeights, mostNameBits: 3 }
  const pair = [aRecord('1', { name }), aRecord('2', { name })] as const
  const [explained] = await explainMatches([pair], model, policy)
  const { comparisons, bound = 0, weight = 0, prior = 0 } = explained ?? {}
  expect(comparisons).toMatchObject([{ comparison: 'full_name', level: 'exact', shared: ['zebulon', 'quackenbush'] }])
  expect(bound).toBeLessThan(0)
  expect(weight - prior).toBeCloseTo(3, 9)
})

test('it says why two cannot be one: two of one family, or too unlike', async () => {
  const contradiction = async (one: Record<string, string>, other: Record<string, string>) => {
    const [explained] = await explainMatches([[aRecord('1', one), aRecord('2', other)]], defaultWeights, policy)
    return explained?.contradiction
  }
  const house = { 'address.street': '12 Lê Lợi', 'address.city': 'Huế', phone: '+84868964818' }
  const father = { ...house, name: 'Nguyễn Văn An', birthday: '1960-01-02' }
  expect(await contradiction(father, { ...house, name: 'Nguyễn Quốc Bảo', birthday: '1991-11-13' })).toBe('one_family')
  expect(await contradiction(father, { name: 'Trần Thị Hoa', birthday: '1991-11-13' })).toBe('unlike')
  expect(await contradiction(father, { ...house, name: 'Nguyễn Văn An' })).toBeUndefined()
})
