import { expect, test } from 'vitest'
import { aRecord } from '../../test/a-record.ts'
import { twiceTold } from '../../test/twice-told.ts'
import { type Comparable, comparableOf } from './comparable.ts'
import { train } from './train.ts'

const PEOPLE = 1500
const WITH_TWO = 600
/** Of those told twice, how many were told another birth year. */
const WRONG_YEAR = 0.2

function population(): Comparable[] {
  const rows = twiceTold({ people: PEOPLE, twice: WITH_TWO, wrongYear: WRONG_YEAR })
  return rows.map(({ id, traits }) => comparableOf(aRecord(id, traits)))
}

test('learns how often customers agree and others do, without being told who is who', () => {
  const records = population()
  const { model, converged, candidates } = train(records, { maxBlock: 50 })
  expect(converged).toBe(true)
  expect(candidates).toBeGreaterThanOrEqual(WITH_TWO)
  const pairs = (records.length * (records.length - 1)) / 2
  expect(model.prior * pairs).toBeGreaterThan(0.9 * WITH_TWO)
  expect(model.prior * pairs).toBeLessThan(1.1 * WITH_TWO)
  const { birth_date: birth, given_name: given } = model.comparisons
  expect(birth?.exact?.m).toBeCloseTo(1 - WRONG_YEAR, 1)
  expect(birth?.two_parts?.m).toBeCloseTo(WRONG_YEAR, 1)
  expect(given?.exact?.m).toBeGreaterThan(0.9)
  expect(given?.different?.u).toBeGreaterThan(0.9)
})

test('the same records give the same model, in whatever order', () => {
  const records = population().slice(0, 500)
  const { model } = train(records, { maxBlock: 50 })
  expect(train(records.toReversed(), { maxBlock: 50 }).model).toEqual(model)
})

test.each([0, 1, 2])('%d records teach nothing, and break nothing', (count) => {
  const { model } = train(population().slice(0, count), { maxBlock: 50 })
  for (const levels of Object.values(model.comparisons)) {
    for (const { m, u } of Object.values(levels)) {
      expect(m).toBeGreaterThan(0)
      expect(u).toBeGreaterThan(0)
      expect(u).toBeLessThanOrEqual(1)
    }
  }
  expect(model.prior).toBeGreaterThan(0)
})
