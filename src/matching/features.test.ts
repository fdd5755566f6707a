import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aRecord } from '../../test/a-record.ts'
import { createPolicy } from '../identity/policy.ts'
import { rememberedComparables } from './comparable.ts'
import { defaultWeights } from './default-weights.ts'
import { featureNames, writeFeatures } from './features.ts'
import { comparing } from './matching.ts'

const policy = createPolicy({ kinds: { record: { account: true } } })
const compared = comparing(rememberedComparables(policy), defaultWeights)
type Traits = Record<string, string>

function features(a: Traits, b: Traits, turned = false): Record<string, number> {
  const records = [aRecord('1', a), aRecord('2', b)] as const
  const pair = compared(records[turned ? 1 : 0], records[turned ? 0 : 1], Number.NEGATIVE_INFINITY)
  const row = new Float32Array(featureNames.length)
  if (pair !== undefined) writeFeatures(row, pair, defaultWeights)
  return Object.fromEntries(featureNames.map((name, index) => [name, row[index] ?? 0]))
}

test('a name each, all of them sorts that trees know how to read', () => {
  expect(new Set(featureNames).size).toBe(featureNames.length)
  for (const name of featureNames) expect(name).toMatch(/^[a-z_]+\.(level|bits|rarity|similarity|count)$/)
})

describe('what a pair shows', () => {
  const ada = { name: 'Ada Smith', birthday: '1990-02-14', badge: 'B-1' }

  test('levels, the better the greater; bits, and what they come to', () => {
    const found = features(ada, { ...ada, birthday: '1971-05-06' })
    expect(found).toMatchObject({ 'full_name.level': 7, 'birth_date.level': 0, 'free.count': 1 })
    expect(found).toMatchObject({ 'comparisons.count': 3, 'against.count': 1, 'names.similarity': 1 })
    expect(found['birth_date.bits']).toBe(found['least.bits'])
    const sum = (found['names.bits'] ?? 0) + (found['others.bits'] ?? 0) + Math.log2(0.0002 / 0.9998)
    expect(found['total.bits']).toBeCloseTo(sum, 4)
  })

  test('what one of them does not say is missing, not different', () => {
    const found = features(ada, { name: 'Ada Smith' })
    expect(found['birth_date.level']).toBeNaN()
    expect(found['email.similarity']).toBeNaN()
    expect(found['free.bits']).toBeNaN()
  })
})

const traits = fc.record(
  {
    name: fc.constantFrom('Ada Smith', 'Smith Ada', 'Bill Brown', 'William Brown', 'Nguyễn An'),
    firstName: fc.constantFrom('Ada', 'Smith'),
    lastName: fc.constantFrom('Ada', 'Smith', 'Smyth'),
    birthday: fc.constantFrom('1990-02-11', '1990-11-02', '1971-05-06', '2006p728'),
    'address.street': fc.constantFrom('1 High Street', '3 Low Road'),
    'address.city': fc.constantFrom('Leeds', 'York'),
    email: fc.constantFrom('ada@x.org', 'ada@y.org', 'bill@x.org'),
    badge: fc.constantFrom('b-1', 'b-2'),
    colour: fc.constantFrom('red', 'blue'),
  },
  { requiredKeys: [] },
)

test('the same from both sides, and whichever has the lesser key', () => {
  fc.assert(
    fc.property(traits, traits, (a, b) => {
      expect(features(a, b, true)).toEqual(features(a, b))
      expect(features(b, a)).toEqual(features(a, b))
    }),
    { numRuns: 1000 },
  )
})
