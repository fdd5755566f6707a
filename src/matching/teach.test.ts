import { describe, expect, test } from 'vitest'
import { aRecord } from '../../test/a-record.ts'
import { comparableOf } from './comparable.ts'
import { defaultWeights } from './default-weights.ts'
import { modelText, parseModel } from './model-text.ts'
import { type Lesson, teach } from './teach.ts'
import { bitsOfLevel } from './weights.ts'

const an = { name: 'Nguyễn Văn An', birthday: '1990-02-14' }

function lesson(number: number, same: boolean, one: Record<string, string>, other: Record<string, string>): Lesson {
  const [a, b] = [one, other].map((traits, side) => comparableOf(aRecord(`${number}-${side}`, traits)))
  return { a: a ? [a] : [], b: b ? [b] : [], same }
}

function lessons(count: number, same: boolean, one: Record<string, string>, other: Record<string, string>): Lesson[] {
  return Array.from({ length: count }, (_, number) => lesson(number, same, one, other))
}

const bits = (model: typeof defaultWeights, comparison: string, level: string) => {
  const weights = model.comparisons[comparison]?.[level]
  return weights === undefined ? Number.NaN : bitsOfLevel(weights)
}
const change = (taught: typeof defaultWeights, comparison: string, level: string) =>
  bits(taught, comparison, level) - bits(defaultWeights, comparison, level)

describe('what people say moves what it is about', () => {
  const moved = { ...an, birthday: '1990-02-15' }

  test('towards what they said, the more the more of them agree', () => {
    const [few, many] = [3, 30].map((count) => teach(defaultWeights, lessons(count, false, an, moved)))
    const [little, much] = [few, many].map((model) => change(model ?? defaultWeights, 'birth_date', 'typo'))
    expect(little).toBeLessThan(-0.2)
    expect(much).toBeLessThan(Number(little))
  })

  test('names not beyond what they may add together', () => {
    const taught = teach(defaultWeights, lessons(30, true, { name: an.name }, { name: an.name }))
    expect(bits(taught, 'full_name', 'exact')).toBeCloseTo(defaultWeights.mostNameBits, 0)
  })

  test('and nothing else: neither the prior, nor a level that no pair showed', () => {
    const taught = teach(defaultWeights, lessons(30, false, an, moved))
    expect(taught.prior).toBe(defaultWeights.prior)
    expect(taught.comparisons.email).toEqual(defaultWeights.comparisons.email)
    expect(taught.comparisons.birth_date?.exact).toEqual(defaultWeights.comparisons.birth_date?.exact)
  })
})

test('thirty verdicts do not overthrow what the data have taught', () => {
  const taught = teach(defaultWeights, lessons(30, false, an, { ...an, birthday: '1990-02-15' }))
  expect(Math.abs(change(taught, 'birth_date', 'typo'))).toBeLessThan(3.5)
  // Against what is certain: hardly anything.
  const wrong = teach(defaultWeights, lessons(3, false, { ...an, email: 'an@mail.vn' }, { ...an, email: 'an@mail.vn' }))
  for (const comparison of ['full_name', 'birth_date', 'email']) {
    expect(Math.abs(change(wrong, comparison, 'exact'))).toBeLessThan(0.05)
  }
})

test('the same lessons teach the same, in whatever order, and are read again with the model', () => {
  const mixed = [
    ...lessons(5, true, an, { name: 'An Nguyen', birthday: '1990-02-15' }),
    ...lessons(4, false, an, { name: 'Nguyễn Thị Hoa', birthday: '1990-02-14' }),
  ].map((each, number) => ({
    ...each,
    a: each.a.map((record) => ({ ...record, key: `${number}` as typeof record.key })),
  }))
  const taught = teach(defaultWeights, mixed)
  expect(teach(defaultWeights, mixed.toReversed())).toEqual(taught)
  expect(parseModel(modelText(taught))).toEqual(taught)
  expect(taught.name).not.toBe(defaultWeights.name)
})

test('nothing said, nothing taught', () => {
  expect(teach(defaultWeights, [])).toBe(defaultWeights)
  expect(teach(defaultWeights, [{ a: [], b: [], same: true }])).toBe(defaultWeights)
})

test('of accounts with several records the two count that are most alike', () => {
  const [one, other] = [lesson(1, true, an, an), lesson(1, true, an, { name: 'Trần Thị Hoa', birthday: '1951-11-23' })]
  const several = { ...one, b: [...other.b, ...one.b.map((record) => ({ ...record, key: 'x' as typeof record.key }))] }
  expect(change(teach(defaultWeights, [several]), 'birth_date', 'different')).toBe(0)
})
