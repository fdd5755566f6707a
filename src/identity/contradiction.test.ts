import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { runs, TIMEOUT } from '../../test/oracle/asked.ts'
import { evidenceOf } from '../../test/oracle/compare.ts'
import { anyPicks, anyWorld } from '../../test/oracle/populations.ts'
import { birthDatesContradict, recordsContradict } from './contradiction.ts'
import { type CurrentRecord, factsOf } from './facts.ts'
import { identifierKey, recordKey } from './keys.ts'
import { blockedRecords, scoredLinks } from './scoring.ts'

vi.setConfig({ testTimeout: TIMEOUT })

describe('two birth dates', () => {
  test.each([
    ['1960-01-02', '1991-05-06', true],
    ['1990-02-14', '1990-02-14', false],
    // One digit mistyped.
    ['1990-02-14', '1990-02-15', false],
    ['1990-02-14', '1996-02-14', false],
    ['1990-02-14', '1990-02-25', true],
    ['1990-09-14', '1990-10-14', true],
    // Day and month swapped, whole.
    ['1990-02-11', '1990-11-02', false],
    ['1990-02-11', '1991-11-02', true],
    // What is no date is no contradiction.
    ['2006p728', '1990-02-14', false],
    ['1990', '1985', false],
    ['', '1990-02-14', false],
    ['14/02/1990', '1960-01-02', false],
    ['1990-02-14T00:00:00Z', '1960-01-02', false],
  ])('%j and %j contradict: %s', (a, b, contradict) => {
    expect(birthDatesContradict(a, b)).toBe(contradict)
    expect(birthDatesContradict(b, a)).toBe(contradict)
  })

  test('contradict only where both records say one', () => {
    const born = (birthday?: string): CurrentRecord => ({
      ...{
        key: recordKey('crm', '1'),
        source: 'crm',
        id: '1',
        account: identifierKey('crm_contact', 'crm:1'),
        observedAt: 1,
      },
      fields: birthday === undefined ? {} : { birthday: { value: birthday, observedAt: 1 } },
    })
    expect(recordsContradict(born('1960-01-02'), born('1991-05-06'))).toBe(true)
    expect(recordsContradict(born('1960-01-02'), born())).toBe(false)
    expect(recordsContradict(born(), born())).toBe(false)
  })
})

describe('invariant 8: opinions on two records are symmetric', () => {
  test('contradicting birth dates', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-3]{${length}}$`))
    const anyDate = fc.oneof(
      fc.tuple(digits(4), digits(2), digits(2)).map((parts) => parts.join('-')),
      fc.constantFrom('', '1990', '2006p728'),
    )
    fc.assert(
      fc.property(anyDate, anyDate, (a, b) => {
        expect(birthDatesContradict(a, b)).toBe(birthDatesContradict(b, a))
        expect(birthDatesContradict(a, a)).toBe(false)
      }),
      runs(1),
    )
  })

  test('the matching of these tests, in whatever order the records are given', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anyPicks, async ({ items, matching, policy }, picks) => {
        const records = [...factsOf(evidenceOf(items)).records.values()]
        const shuffled = records
          .map((record, n) => ({ record, pick: picks[n] ?? 0 }))
          .toSorted((a, b) => a.pick - b.pick)
        const scored = (list: readonly CurrentRecord[]) =>
          scoredLinks(blockedRecords(list, matching), { matching, policy })
        expect(await scored(shuffled.map(({ record }) => record))).toEqual(await scored(records))
        for (const a of records)
          for (const b of records) expect(matching.contradicts(a, b)).toBe(matching.contradicts(b, a))
      }),
      runs(0.1),
    )
  })
})
