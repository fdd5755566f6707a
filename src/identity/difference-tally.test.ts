import { expect, test } from 'vitest'
import { customerDifference } from './customer-difference.ts'
import { differenceTally, MOST_CUSTOMERS, MOST_MEMBERS, toldDifference } from './difference-tally.ts'
import type { CustomerId, IdentifierKey } from './types.ts'

const customer = (id: string, size: number) => ({
  id: id as CustomerId,
  members: Array.from({ length: size }, (_, n) => `cookie:${id}-${String(n).padStart(3, '0')}` as IdentifierKey),
})
const created = (...sizes: number[]) =>
  customerDifference(
    [],
    sizes.map((size, n) => customer(`c${n}`, size)),
  )

test('counts everything and lists the first', () => {
  const tally = differenceTally()
  for (let n = 0; n < 3; n += 1) tally.add(created(...Array.from({ length: 60 }, () => 1)))
  expect(tally.told().created.count).toBe(180)
  expect(tally.told().created.customers).toHaveLength(MOST_CUSTOMERS)
  expect(tally.told().absorbed).toEqual({ count: 0, customers: [] })
})

test('of a large customer it tells the size and the first of its identifiers', () => {
  const [told] = toldDifference(created(MOST_MEMBERS + 5)).created.customers
  expect(told).toMatchObject({ sizeBefore: 0, sizeAfter: MOST_MEMBERS + 5, before: [] })
  expect(told?.after).toHaveLength(MOST_MEMBERS)
})
