import { expect, test } from 'vitest'
import { aRecord } from '../../test/a-record.ts'
import { comparableOf } from './comparable.ts'
import { frequenciesOf } from './frequencies.ts'

test('values that many records say are told with their share, of the others no letter', () => {
  const records = [...named('Nguyen', 30), ...named('Tran', 10), ...named('Quackenbush', 9)]
  const { family_name: table } = frequenciesOf(records)
  expect(table?.terms).toEqual({ nguyen: 30 / 49, tran: 10 / 49 })
  expect(table?.rare).toBeLessThan(9 / 49)
  expect(JSON.stringify(frequenciesOf(records))).not.toContain('quackenbush')
})

function named(lastName: string, count: number) {
  return Array.from({ length: count }, (_, number) => comparableOf(aRecord(`${lastName}-${number}`, { lastName })))
}
