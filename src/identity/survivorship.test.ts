import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CurrentRecord } from './facts.ts'
import { identifierKey, recordKey } from './keys.ts'
import { createPolicy, type SurvivorshipRule } from './policy.ts'
import { goldenRecord } from './survivorship.ts'

const KINDS = { email: {}, phone: {}, crm_contact: { account: true } }

/** A record of a source that says these things, each at its time. */
function record(source: string, id: string, said: Record<string, readonly [value: string, at: number]>): CurrentRecord {
  const fields = Object.fromEntries(
    Object.entries(said).map(([name, [value, observedAt]]) => [name, { value, observedAt }]),
  )
  const observedAt = Math.max(0, ...Object.values(said).map(([, at]) => at))
  return {
    key: recordKey(source, id),
    source,
    id,
    account: identifierKey('crm_contact', `${source}:${id}`),
    observedAt,
    fields,
  }
}

function nameBy(rule: Partial<SurvivorshipRule>, records: readonly CurrentRecord[]) {
  const { golden, provenance } = goldenRecord(
    new Map(),
    records,
    createPolicy({ kinds: KINDS, survivorship: { name: rule } }),
  )
  return [golden.name, provenance.name]
}

const an = record('crm', '1', { name: ['An', 3] })
const binh = record('pos', '2', { name: ['Nguyễn Văn Bình', 5] })
const anAgain = record('loyalty', '3', { name: ['An', 1] })

describe('rules', () => {
  test.each<[SurvivorshipRule['rule'], { sources?: string[] }, string, string]>([
    ['latest', {}, 'Nguyễn Văn Bình', 'pos:2'],
    ['latest', { sources: ['crm', 'loyalty'] }, 'An', 'crm:1'],
    ['latest', { sources: ['loyalty', 'crm'] }, 'An', 'loyalty:3'],
    ['latest', { sources: ['web'] }, 'Nguyễn Văn Bình', 'pos:2'],
    ['earliest', {}, 'An', 'loyalty:3'],
    ['earliest', { sources: ['pos'] }, 'Nguyễn Văn Bình', 'pos:2'],
    ['longest', {}, 'Nguyễn Văn Bình', 'pos:2'],
    ['longest', { sources: ['crm'] }, 'An', 'crm:1'],
    // Of the records that say the most frequent value, the latest.
    ['most_frequent', {}, 'An', 'crm:1'],
  ])('%s %j', (rule, rest, value, from) => {
    expect(nameBy({ rule, ...rest }, [an, binh, anAgain])).toEqual([value, from])
  })

  test('without a rule, the latest survives', () => {
    const policy = createPolicy({ kinds: KINDS })
    expect(goldenRecord(new Map(), [an, binh], policy).golden).toEqual({ name: 'Nguyễn Văn Bình' })
  })

  test.each(['latest', 'earliest', 'longest', 'most_frequent'] as const)('%s: ties go to the lesser key', (rule) => {
    const one = record('crm', '1', { name: ['An', 3] })
    const other = record('crm', '2', { name: ['Bo', 3] })
    expect(nameBy({ rule }, [other, one])).toEqual(['An', 'crm:1'])
    expect(nameBy({ rule }, [one, other])).toEqual(['An', 'crm:1'])
  })
})

test('fields survive one by one, each dated by itself', () => {
  const policy = createPolicy({ kinds: KINDS })
  const old = record('crm', '1', { name: ['An', 1], city: ['Huế', 9] })
  const young = record('pos', '2', { name: ['Binh', 5], city: ['Vinh', 2], gender: ['f', 5] })
  const { golden, provenance } = goldenRecord(new Map(), [old, young], policy)
  expect(golden).toEqual({ name: 'Binh', city: 'Huế', gender: 'f' })
  expect(provenance).toEqual({ name: 'pos:2', city: 'crm:1', gender: 'pos:2' })
})

describe('e-mail and phone', () => {
  const policy = createPolicy({ kinds: KINDS })
  const members = new Map([
    [identifierKey('email', 'old@mail.vn'), { firstSeen: 1, lastSeen: 9 }],
    [identifierKey('email', 'new@mail.vn'), { firstSeen: 5, lastSeen: 5 }],
    [identifierKey('crm_contact', 'crm:1'), { firstSeen: 1, lastSeen: 1 }],
  ])

  test('are the identifiers of the customer, not what a record says of them', () => {
    const claiming = record('crm', '1', { name: ['An', 7], email: ['shared@mail.vn', 7], phone: ['+84912345678', 7] })
    const { golden, provenance } = goldenRecord(members, [claiming], policy)
    expect(golden).toEqual({ name: 'An', email: 'new@mail.vn' })
    expect(provenance).toEqual({ name: 'crm:1', email: 'email:new@mail.vn' })
  })

  test('follow a rule like any other field', () => {
    const earliest = createPolicy({ kinds: KINDS, survivorship: { email: { rule: 'earliest' } } })
    expect(goldenRecord(members, [], earliest).golden).toEqual({ email: 'old@mail.vn' })
  })
})

test('a customer of identifiers alone has a golden record without fields', () => {
  const cookie = new Map([[identifierKey('cookie', 'c'), { firstSeen: 1, lastSeen: 1 }]])
  expect(goldenRecord(cookie, [], createPolicy({ kinds: KINDS }))).toEqual({ golden: {}, provenance: {} })
})

test('whatever the order of records and members, the same survives, and it is what its source says', () => {
  const anyField = fc.tuple(fc.constantFrom('An', 'Bo', 'Binh'), fc.integer({ min: 1, max: 3 }))
  const anyRecord = fc
    .tuple(
      fc.constantFrom('crm', 'pos'),
      fc.constantFrom('1', '2', '3'),
      fc.dictionary(fc.constantFrom('name', 'city'), anyField),
    )
    .map((parts) => record(...parts))
  const anyRule = fc.record({
    rule: fc.constantFrom('latest', 'earliest', 'longest', 'most_frequent'),
    sources: fc.subarray(['pos', 'crm']),
  })
  const anyRecords = fc.uniqueArray(anyRecord, { selector: ({ key }) => key, minLength: 1 })
  fc.assert(
    fc.property(anyRecords, anyRule, fc.infiniteStream(fc.nat()), (records, rule, picks) => {
      const policy = createPolicy({ kinds: KINDS, survivorship: { name: rule, city: rule } })
      const shuffled = records
        .map((each) => ({ each, pick: picks.next().value ?? 0 }))
        .toSorted((a, b) => a.pick - b.pick)
        .map(({ each }) => each)
      const { golden, provenance } = goldenRecord(new Map(), records, policy)
      expect(goldenRecord(new Map(), shuffled, policy)).toEqual({ golden, provenance })
      for (const [field, value] of Object.entries(golden)) {
        expect(records.find(({ key }) => key === provenance[field])?.fields[field]?.value).toBe(value)
      }
      const told = new Set(records.flatMap(({ fields }) => Object.keys(fields)))
      expect(Object.keys(golden).sort()).toEqual([...told].sort())
    }),
    { numRuns: 500 },
  )
})
