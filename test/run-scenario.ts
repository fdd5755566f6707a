import { expect } from 'vitest'
import type { CannotLink } from '../src/identity/cannot-link.ts'
import type { Destination } from '../src/identity/history.ts'
import { compareKeys, pairKey } from '../src/identity/keys.ts'
import type { CustomerId, IdentifierKey, PairKey, Status } from '../src/identity/types.ts'
import type { Expected, Scenario, ScenarioItem } from './scenario.ts'
import type { Naming } from './scenario-names.ts'

/** What a door shows of the state that it left behind. */
export interface DoorState {
  readonly customers: readonly {
    readonly id: CustomerId
    readonly members: readonly IdentifierKey[]
    readonly version: number
    readonly golden: Readonly<Record<string, string>>
  }[]
  /** Of every identifier known. */
  readonly statuses: ReadonlyMap<IdentifierKey, Status>
  /** Every refused link, observed, scored or asserted, and what stands between its two customers, where the door can say. */
  readonly refused: ReadonlyMap<PairKey, readonly CannotLink[] | undefined>
  /** Every pair ever observed together, and whether anything supports it still. */
  readonly edges: ReadonlyMap<PairKey, { readonly supported: boolean }>
}

/** A way into the service: everything given is committed, as one or more batches, when `apply` returns. */
export interface Door {
  apply(items: readonly ScenarioItem[]): Promise<void>
  state(): Promise<DoorState>
  /** Where an id that was returned at any time leads now; an id that is alive leads to itself. */
  leadsTo(id: CustomerId): Promise<Destination>
  /** The id that an anchor gives, where the door knows the key; the first customer with it tells, where not. */
  idOf?(anchor: IdentifierKey): CustomerId
}

/** How the items of one stage are brought: reordered, repeated, cut into batches. As they are, where not given. */
export type Delivery = (items: readonly ScenarioItem[]) => readonly (readonly ScenarioItem[])[]

/** Tells a scenario through a fresh door, stage by stage, and checks each stage's end. Returns the last state. */
export async function runScenario(
  scenario: Scenario,
  door: Door,
  delivery: Delivery = (items) => [items],
): Promise<DoorState> {
  const ids = new Map<IdentifierKey, CustomerId>()
  const versions = new Map<CustomerId, { version: number; alive: boolean }>()
  let state = await door.state()
  for (const { items, end } of scenario.stages) {
    for (const batch of delivery(items)) {
      await door.apply(batch)
      state = await door.state()
      checkVersions(state, versions)
    }
    checkCustomers(state, end, scenario.naming, ids, door)
    checkStatuses(state, end, scenario.naming)
    checkLinks(state, end, scenario.naming)
    await checkDestinations(door, end, scenario.naming, ids)
  }
  return state
}

/** The members expected of each customer, by the identifier that gives its id. */
function customersOf(end: Expected, { split, key }: Naming): Map<IdentifierKey, IdentifierKey[]> {
  const expected = new Map<IdentifierKey, IdentifierKey[]>()
  for (const [name, members] of Object.entries(end.customers)) {
    expected.set(key(name), split(members).map(key).sort(compareKeys))
  }
  for (const name of end.alone === undefined ? [] : split(end.alone)) expected.set(key(name), [key(name)])
  return expected
}

function checkCustomers(
  state: DoorState,
  end: Expected,
  naming: Naming,
  ids: Map<IdentifierKey, CustomerId>,
  door: Door,
): void {
  const byFirst = (x: readonly string[], y: readonly string[]) => compareKeys(x[0] ?? '', y[0] ?? '')
  const expected = customersOf(end, naming)
  const members = state.customers.map((customer) => customer.members.toSorted(compareKeys)).sort(byFirst)
  expect(members).toEqual([...expected.values()].sort(byFirst))
  for (const [anchor, held] of expected) {
    const id = state.customers.find((customer) => customer.members.includes(held[0] as IdentifierKey))?.id
    // Which hash it is, is the door's affair; that it is one identifier's for ever, and no other's, is the promise.
    expect(id, `the id that ${anchor} gives`).toBe(door.idOf?.(anchor) ?? ids.get(anchor) ?? id)
    for (const [other, known] of ids) if (known === id) expect(other).toBe(anchor)
    ids.set(anchor, id as CustomerId)
  }
  for (const [name, golden] of Object.entries(end.golden)) {
    const customer = state.customers.find((one) => one.members.includes(naming.key(name)))
    expect(customer?.golden, `golden record of ${name}`).toMatchObject(golden)
  }
}

function checkStatuses(state: DoorState, end: Expected, naming: Naming): void {
  const expected = new Map<IdentifierKey, Status>()
  for (const key of [...customersOf(end, naming).values()].flat()) expected.set(key, 'linking')
  for (const status of ['shared', 'blocked', 'unsupported'] as const) {
    const names = end[status]
    for (const name of names === undefined ? [] : naming.split(names)) expected.set(naming.key(name), status)
  }
  const sorted = (statuses: ReadonlyMap<string, Status>) => [...statuses].sort(([x], [y]) => compareKeys(x, y))
  expect(sorted(state.statuses)).toEqual(sorted(expected))
}

function checkLinks(state: DoorState, end: Expected, naming: Naming): void {
  const pair = (names: string) => {
    const [a, b] = naming.split(names).map(naming.key) as [IdentifierKey, IdentifierKey]
    return pairKey(a, b)
  }
  expect([...state.refused.keys()].sort(compareKeys)).toEqual(
    end.refused.map(({ link }) => pair(link)).sort(compareKeys),
  )
  for (const { link, because } of end.refused) {
    const reasons = state.refused.get(pair(link))
    if (reasons !== undefined) expect(reasons.map(reasonText)).toEqual([expectedReason(because, naming)])
  }
  for (const names of end.edges)
    expect(state.edges.get(pair(names)), `edge ${names}`).toMatchObject({ supported: true })
  for (const names of end['edges of history']) {
    expect(state.edges.get(pair(names)), `edge ${names}`).toMatchObject({ supported: false })
  }
}

function reasonText(reason: CannotLink): string {
  switch (reason.type) {
    case 'not_same_as':
    case 'contradiction':
      return [reason.type, ...[reason.a, reason.b].sort(compareKeys)].join(' ')
    case 'capacity':
      return `capacity ${reason.kind}`
    case 'size':
      return 'size'
  }
}

function expectedReason(because: string, naming: Naming): string {
  const [type, ...names] = because.split(' ')
  if (type === 'contradiction') return [type, ...names.map(naming.record).sort(compareKeys)].join(' ')
  if (type === 'not_same_as') return [type, ...names.map(naming.key).sort(compareKeys)].join(' ')
  return because
}

async function checkDestinations(
  door: Door,
  end: Expected,
  naming: Naming,
  ids: ReadonlyMap<IdentifierKey, CustomerId>,
): Promise<void> {
  for (const [name, destination] of Object.entries(end['ids lead to'])) {
    const id = ids.get(naming.key(name))
    if (id === undefined) throw new Error(`no stage before had a customer with the id of ${name}`)
    const [type, ...names] = naming.split(destination)
    const keys = names.map(naming.key)
    const expected =
      type === 'identifier'
        ? { type, key: keys[0] }
        : { type: 'customers', ids: keys.map((key) => ids.get(key)).sort() }
    expect(await door.leadsTo(id), `the id of ${name}`).toEqual(expected)
  }
}

/** A version only grows, and counts on where an id comes back. */
function checkVersions({ customers }: DoorState, versions: Map<CustomerId, { version: number; alive: boolean }>): void {
  const alive = new Set(customers.map(({ id }) => id))
  for (const { id, version } of customers) {
    const before = versions.get(id)
    const least = before === undefined ? 1 : before.alive ? before.version : before.version + 1
    expect(version).toBeGreaterThanOrEqual(least)
    versions.set(id, { version, alive: true })
  }
  for (const [id, known] of versions) if (!alive.has(id)) versions.set(id, { ...known, alive: false })
}
