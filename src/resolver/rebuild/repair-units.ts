import { createForest } from '../../identity/forest.ts'
import type { Ordinal, PackedFacts } from '../../identity/packed-facts.ts'
import type { CustomerNumber, CustomerTable } from './customer-table.ts'

/** What must change in one transaction, so that no reader sees an identifier in two customers. */
export interface RepairUnit {
  readonly customers: CustomerNumber[]
  readonly identifiers: Ordinal[]
  /** Numbers of pairs that are refused, or no longer. */
  readonly pairs: Ordinal[]
  /** How many identifiers its customers hold, before or after. */
  size: number
}

interface Differing {
  readonly customers: Iterable<CustomerNumber>
  readonly identifiers: Iterable<Ordinal>
  readonly pairs: Iterable<Ordinal>
}

/**
 * Sorts what differs into units: customers that exchange identifiers are one, with those identifiers and their links.
 * What touches no customer that differs is a unit of its own.
 */
export function repairUnits(facts: PackedFacts, table: CustomerTable, differing: Differing): RepairUnit[] {
  const forest = createForest(table.ids.length)
  const homes: (CustomerNumber | undefined)[] = []
  for (const [customer, identifier] of table.holdings()) {
    const home = table.ownerOf(identifier) ?? homes[identifier]
    if (home === undefined) homes[identifier] = customer
    else forest.unite(home, customer)
  }
  const units = new Map<CustomerNumber, RepairUnit>()
  for (const customer of differing.customers) {
    const root = forest.rootOf(customer)
    const unit = units.get(root) ?? { customers: [], identifiers: [], pairs: [], size: 0 }
    units.set(root, unit)
    unit.customers.push(customer)
    unit.size += 1 + table.sizeOf(customer)
  }
  const loose: RepairUnit[] = []
  const unitOf = (identifier: Ordinal) => {
    const home = table.ownerOf(identifier) ?? homes[identifier]
    const known = home === undefined ? undefined : units.get(forest.rootOf(home))
    if (known !== undefined) return known
    const alone = { customers: [], identifiers: [], pairs: [], size: 0 }
    loose.push(alone)
    return alone
  }
  const place = (identifier: Ordinal, list: 'identifiers' | 'pairs', item: Ordinal) => {
    const unit = unitOf(identifier)
    unit[list].push(item)
    unit.size += 1
  }
  for (const identifier of differing.identifiers) place(identifier, 'identifiers', identifier)
  for (const pair of differing.pairs) place(facts.pairs.a[pair] ?? -1, 'pairs', pair)
  return [...units.values(), ...loose]
}

/** Units together as long as they stay below so many identifiers: a larger one comes alone. */
export function* pagesOf(units: readonly RepairUnit[], size: number): Generator<RepairUnit[]> {
  let page: RepairUnit[] = []
  let weight = 0
  for (const unit of units) {
    if (page.length > 0 && weight + unit.size > size) {
      yield page
      page = []
      weight = 0
    }
    page.push(unit)
    weight += unit.size
  }
  if (page.length > 0) yield page
}
