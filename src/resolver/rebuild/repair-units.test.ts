import { expect, test } from 'vitest'
import { identifierKey } from '../../identity/keys.ts'
import { PackedFacts } from '../../identity/packed-facts.ts'
import { createPolicy } from '../../identity/policy.ts'
import type { CustomerId } from '../../identity/types.ts'
import { CustomerTable } from './customer-table.ts'
import { pagesOf, repairUnits } from './repair-units.ts'

const facts = new PackedFacts([], createPolicy({ kinds: { email: {} } }))
for (const value of ['0', '1', '2', '3', '4']) facts.addIdentifier(identifierKey('email', value), new Map())
const id = (name: string) => name as CustomerId
const implied = { component: 0, anchor: 0, digest: '', contested: false }

test('customers that exchange identifiers change together, others apart', () => {
  const table = new CustomerTable()
  for (const [customer, identifier] of [
    ['old', 0],
    ['old', 1],
    ['other', 2],
  ] as const) {
    table.hold(id(customer), identifier)
  }
  table.imply(id('new'), implied, [1])
  table.imply(id('old'), implied, [0])
  table.imply(id('other'), implied, [2])
  const customers = [id('old'), id('new'), id('other')].map((name) => table.numberOf(name))
  const units = repairUnits(facts, table, { customers, identifiers: [1, 2, 4], pairs: [] })
  const told = units.map((unit) => [unit.customers.map((customer) => table.ids[customer]), unit.identifiers])
  expect(told).toEqual([
    [['old', 'new'], [1]],
    [['other'], [2]],
    [[], [4]],
  ])
})

test('pages are bounded, a unit is never cut', () => {
  const unit = (size: number) => ({ customers: [], identifiers: [], pairs: [], size })
  const sizes = [2, 3, 9, 1].map(unit)
  expect([...pagesOf(sizes, 5)].map((page) => page.map(({ size }) => size))).toEqual([[2, 3], [9], [1]])
})
