import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CustomerDifference, changeSorts, customerDifference, type Membership } from './customer-difference.ts'
import type { CustomerId, IdentifierKey } from './types.ts'

/** `'a:123 b:4'`: customer a of the identifiers 1, 2 and 3, customer b of 4. */
function customers(text: string): Membership[] {
  return text.split(' ').flatMap((customer) => {
    const [id = '', members = ''] = customer.split(':')
    return id === '' ? [] : [{ id: id as CustomerId, members: [...members] as IdentifierKey[] }]
  })
}

/** `{ created: 'b' }`: the ids by sort, those without any left out. */
function told(difference: CustomerDifference): Record<string, string> {
  const entries = changeSorts.map((sort) => [sort, difference[sort].map(({ id }) => id).join(' ')] as const)
  return Object.fromEntries(entries.filter(([, ids]) => ids !== ''))
}

const between = (before: string, after: string) => told(customerDifference(customers(before), customers(after)))

describe('the difference between customers', () => {
  it.each([
    ['nothing, where the order alone differs', 'a:12 b:3', 'b:3 a:21', {}],
    ['two become one', 'a:12 b:34', 'a:1234', { changed: 'a', absorbed: 'b' }],
    ['two become one of a third id', 'a:12 b:34', 'c:1234', { created: 'c', absorbed: 'a b' }],
    ['one becomes two, and keeps its id', 'a:1234', 'a:12 b:34', { created: 'b', split: 'a' }],
    ['one becomes two of other ids', 'a:1234', 'b:12 c:34', { created: 'b c', split: 'a' }],
    ['one gives an identifier to another', 'a:12 b:3', 'a:1 b:23', { changed: 'b', split: 'a' }],
    ['one loses an identifier to nobody', 'a:12', 'a:1', { changed: 'a' }],
    ['one loses the identifier that it was named by', 'a:12', 'b:2', { created: 'b', absorbed: 'a' }],
    ['one is nobody any more', 'a:1', '', { dissolved: 'a' }],
    ['one is new', '', 'a:1', { created: 'a' }],
  ])('%s', (_, before, after, expected) => {
    expect(between(before, after)).toEqual(expected)
  })

  it('says what each had and has, and where it went', () => {
    const { absorbed, changed } = customerDifference(customers('a:21 b:43'), customers('a:1324'))
    expect(changed).toEqual([{ id: 'a', before: ['1', '2'], after: ['1', '2', '3', '4'], into: [] }])
    expect(absorbed).toEqual([{ id: 'b', before: ['3', '4'], after: [], into: ['a'] }])
  })
})

const ids = [...'abcdef'] as CustomerId[]
const keys = [...'123456789'] as IdentifierKey[]
/** Of nine identifiers each is one of six customers' or nobody's. */
const anyCustomers: fc.Arbitrary<Membership[]> = fc
  .array(fc.option(fc.constantFrom(...ids)), { minLength: keys.length, maxLength: keys.length })
  .map((owners) =>
    ids
      .map((id) => ({ id, members: keys.filter((_, index) => owners[index] === id) }))
      .filter(({ members }) => members.length > 0),
  )

describe('of any two sets of customers', () => {
  const memberMap = (of: readonly Membership[]) => new Map(of.map(({ id, members }) => [id, [...members].sort()]))

  it('each customer that differs is of exactly one sort, and no other', () => {
    fc.assert(
      fc.property(anyCustomers, anyCustomers, (before, after) => {
        const [was, is] = [memberMap(before), memberMap(after)]
        const sorted = changeSorts.flatMap((sort) => customerDifference(before, after)[sort])
        expect(new Set(sorted.map(({ id }) => id)).size).toBe(sorted.length)
        for (const id of ids) {
          const change = sorted.find((one) => one.id === id)
          const differs = JSON.stringify(was.get(id)) !== JSON.stringify(is.get(id))
          // A split is told of the customer whose identifiers went, changed or not.
          expect(change !== undefined).toBe(differs)
          if (change === undefined) continue
          expect(change.before).toEqual(was.get(id) ?? [])
          expect(change.after).toEqual(is.get(id) ?? [])
        }
      }),
    )
  })

  it('applied to the one it gives the other', () => {
    fc.assert(
      fc.property(anyCustomers, anyCustomers, (before, after) => {
        const state = memberMap(before)
        const difference = customerDifference(before, after)
        for (const { id, after: members } of changeSorts.flatMap((sort) => difference[sort])) {
          if (members.length === 0) state.delete(id)
          else state.set(id, [...members])
        }
        expect([...state].sort()).toEqual([...memberMap(after)].sort())
      }),
    )
  })

  it('the sorts are what their names say', () => {
    fc.assert(
      fc.property(anyCustomers, anyCustomers, (before, after) => {
        const [was, is] = [memberMap(before), memberMap(after)]
        const owner = new Map(after.flatMap(({ id, members }) => members.map((key) => [key, id] as const)))
        const ownersOf = (id: CustomerId) => new Set((was.get(id) ?? []).flatMap((key) => owner.get(key) ?? []))
        const { created, changed, split, absorbed, dissolved } = customerDifference(before, after)
        for (const { id } of created) expect(was.has(id)).toBe(false)
        for (const { id } of changed) expect(was.has(id) && is.has(id) && ownersOf(id).size <= 1).toBe(true)
        for (const { id } of split) expect(ownersOf(id).size).toBeGreaterThan(1)
        for (const { id, into } of absorbed) {
          expect(is.has(id)).toBe(false)
          expect([...ownersOf(id)]).toEqual(into)
        }
        for (const { id } of dissolved) expect(is.has(id) || ownersOf(id).size > 0).toBe(false)
      }),
    )
  })

  it('the order in which customers and their identifiers are given says nothing', () => {
    fc.assert(
      fc.property(anyCustomers, anyCustomers, (before, after) => {
        const turned = (of: readonly Membership[]) =>
          of.toReversed().map(({ id, members }) => ({ id, members: members.toReversed() }))
        expect(customerDifference(turned(before), turned(after))).toEqual(customerDifference(before, after))
      }),
    )
  })

  it('those that stay as they are may be left out', () => {
    fc.assert(
      fc.property(anyCustomers, anyCustomers, (before, after) => {
        const [was, is] = [memberMap(before), memberMap(after)]
        const stays = ({ id }: Membership) => JSON.stringify(was.get(id)) === JSON.stringify(is.get(id))
        const less = (of: readonly Membership[]) => of.filter((one) => !stays(one))
        expect(customerDifference(less(before), less(after))).toEqual(customerDifference(before, after))
      }),
    )
  })
})
