import { describe, expect, test } from 'vitest'
import { account, cookie, email, event, fold, nameIn, row } from '../../test/told.ts'
import { addDecision, type Evidence, withdrawalScope } from './evidence.ts'
import { currentRecord, factsOf } from './facts.ts'
import { identifierOf, recordKey } from './keys.ts'

describe('versions of a record', () => {
  test('with the same time: the same one is current, whichever came first', () => {
    const [one, other] = [row(3, { name: 'An' }), row(3, { name: 'Binh' })]
    expect(nameIn(fold(one, other))).toEqual(nameIn(fold(other, one)))
  })

  test('that differ only in what they claim are two versions', () => {
    const [one, other] = [row(3, {}, [email]), row(3, {}, [cookie])]
    const claimed = (evidence: Evidence) => [...factsOf(evidence).identifiers.keys()].sort()
    expect(claimed(fold(one, other))).toEqual(claimed(fold(other, one)))
    expect(claimed(fold(one, other))).toHaveLength(2)
  })

  test('keep what they were found with: claims of old versions are history', () => {
    const evidence = fold(row(3, {}, [email]), row(5, {}, [cookie]), row(1, {}, [email]))
    expect([...evidence.identifiers.keys()].sort()).toEqual([cookie, account, email].sort())
    expect([...factsOf(evidence).identifiers.keys()].sort()).toEqual([cookie, account].sort())
    // What the current version claims was first seen when any version claimed it.
    expect(factsOf(evidence).identifiers.get(account)).toEqual({ firstSeen: 1, lastSeen: 0 })
  })

  test('that two loads brought stand while one of them does', () => {
    const told = ['monday', 'tuesday'].map((load) => row(3, { name: 'An' }, [email], { load }))
    const evidence = fold(row(2, { name: 'Binh' }), ...told)
    const withdraw = (load: string, at: number) =>
      addDecision(evidence, {
        ...{ id: load, at, by: '', reason: '', verdict: 'withdrawn' },
        ...{ decision: 'withdrawal', scope: withdrawalScope.load('crm', load) },
      })
    withdraw('monday', 1)
    expect(nameIn(evidence)?.value).toBe('An')
    expect(factsOf(evidence).identifiers.has(email)).toBe(true)
    withdraw('tuesday', 2)
    expect(nameIn(evidence)?.value).toBe('Binh')
    expect(factsOf(evidence).identifiers.has(email)).toBe(false)
  })

  test('a deletion is a version like any other', () => {
    const gone = row(4, { name: 'ignored' }, [email], { type: 'delete' })
    for (const evidence of [fold(row(3, { name: 'An' }, [email]), gone), fold(gone, row(3, { name: 'An' }, [email]))]) {
      expect(factsOf(evidence).identifiers.size).toBe(0)
      expect(factsOf(evidence).records.size).toBe(0)
      expect(evidence.observed.size).toBe(1)
    }
    expect(nameIn(fold(gone, row(5, { name: 'An' })))?.value).toBe('An')
    // Alone it makes its account known, and nothing else.
    expect([...fold(gone).identifiers.keys()]).toEqual([account])
  })
})

describe('traits that events carry', () => {
  const about = (observedAt: number, traits: Record<string, string>, load = '') =>
    event({
      ...{ source: 'crm', load, observedAt, identifiers: [identifierOf(account)] },
      record: { key: recordKey('crm', '1'), id: '1', account, traits },
    })

  test('lie over the row field by field, where they are later', () => {
    const told = [row(3, { name: 'An', city: 'Huế' }), about(4, { name: 'Binh' }), about(2, { city: 'Vinh' })]
    for (const evidence of [fold(...told), fold(...told.toReversed())]) {
      expect(factsOf(evidence).records.get(recordKey('crm', '1'))?.fields).toEqual({
        name: { value: 'Binh', observedAt: 4 },
        city: { value: 'Huế', observedAt: 3 },
      })
    }
  })

  test('fall to the next row', () => {
    expect(nameIn(fold(row(3, { name: 'An' }), about(4, { name: 'Binh' }), row(5, { name: 'An' })))?.value).toBe('An')
    expect(nameIn(fold(row(3, { name: 'An' }), about(4, { name: 'Binh' }), row(5, {})))).toBeUndefined()
  })

  test('make a record where no row ever came, and after a deletion', () => {
    expect(nameIn(fold(about(4, { name: 'Binh' })))?.value).toBe('Binh')
    expect(nameIn(fold(row(3, { name: 'An' }, [], { type: 'delete' }), about(4, { name: 'Binh' })))?.value).toBe('Binh')
    expect(nameIn(fold(row(5, { name: 'An' }, [], { type: 'delete' }), about(4, { name: 'Binh' })))).toBeUndefined()
  })

  test('of a withdrawn load count as little as its rows', () => {
    const evidence = fold(about(4, { name: 'Binh' }, 'monday'), about(3, { name: 'Cuc' }, 'tuesday'))
    const record = evidence.records.get(recordKey('crm', '1'))
    if (record === undefined) throw new Error('a record that was just told')
    const nameWithout = (scope: string) => currentRecord(record, (each) => each === scope)?.fields.name?.value
    expect(nameWithout(withdrawalScope.load('crm', 'monday'))).toBe('Cuc')
    expect(nameWithout(withdrawalScope.load('crm', 'tuesday'))).toBe('Binh')
    expect(nameWithout(withdrawalScope.record('crm', '1'))).toBeUndefined()
    expect(nameWithout(withdrawalScope.source('crm'))).toBeUndefined()
    expect(nameWithout(withdrawalScope.source('monday'))).toBe('Binh')
  })
})
