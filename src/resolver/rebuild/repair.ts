import { bug } from '../../errors.ts'
import { noteEverything } from '../../graph/change-notes.ts'
import type { Graph, Transaction } from '../../graph/graph.ts'
import type { Held } from '../../graph/hold-transaction.ts'
import { drawAsserted, saveRefused } from '../../graph/identity-writes.ts'
import {
  type CurrentRow,
  eraseAsserted,
  markCustomers,
  type Place,
  repairCustomers,
  saveCurrentRows,
  savePlaces,
  saveTimes,
} from '../../graph/rebuild-writes.ts'
import { redrawScores, saveBlockEntries } from '../../graph/scoring-writes.ts'
import type { Components } from '../../identity/components.ts'
import type { Ordinal, PackedFacts } from '../../identity/packed-facts.ts'
import type { Resolution } from '../../identity/resolve.ts'
import type { IdentifierKey, Millis, PairKey } from '../../identity/types.ts'
import type { Drawing } from './compare-assertions.ts'
import type { BlockDamage } from './compare-blocks.ts'
import type { ComparedCustomers } from './compare-customers.ts'
import type { PairSeen } from './compare-places.ts'
import type { ScoreDamage } from './compare-scores.ts'
import type { CustomerNumber, CustomerTable } from './customer-table.ts'
import { pagesOf, type RepairUnit, repairUnits } from './repair-units.ts'
import { keyOfPair } from './resolve-all.ts'

/** Everything that differs, beside what it is to be. */
export interface Damage {
  readonly rows: readonly CurrentRow[]
  readonly blocks: BlockDamage
  readonly scores: ScoreDamage
  readonly times: readonly PairSeen[]
  /** Refused in the graph, though nothing supports them. */
  readonly neverRefused: readonly PairKey[]
  readonly identifiers: readonly Ordinal[]
  readonly refused: ReadonlyMap<Ordinal, boolean>
  readonly customers: ComparedCustomers
  readonly assertions: ReadonlyMap<PairKey, Drawing>
}

export interface World {
  readonly facts: PackedFacts
  readonly components: Components
  readonly customers: CustomerTable
}

export interface RepairOptions {
  readonly graph: Graph
  /** Keeps resolvers away meanwhile. */
  readonly held: Held
  readonly at: Millis
  /** Hash of the policy. */
  readonly policy: string
  /** Name of the model. */
  readonly model: string
  /** Rows a transaction, about; a customer comes whole, however large. */
  readonly page: number
  readonly onRow: () => void
}

/** How much was written. */
export interface Repaired {
  readonly records: number
  /** Places of records in blocks. */
  readonly blocks: number
  readonly scores: number
  readonly pairs: number
  readonly identifiers: number
  readonly customersSaved: number
  readonly idsGivenUp: number
  readonly idsRevived: number
  readonly assertions: number
}

/** Writes what differs, in transactions of bounded size each of which leaves every customer whole. */
export async function repair(damage: Damage, world: World, options: RepairOptions): Promise<Repaired> {
  const { graph, held, page: size, onRow } = options
  const write = async <T>(work: (tx: Transaction) => Promise<T>, rows: number): Promise<T> => {
    await held.verify()
    const result = await graph.write(async (tx) => {
      const written = await work(tx)
      await noteEverything(tx)
      return written
    })
    for (let row = 0; row < rows; row += 1) onRow()
    return result
  }
  for (const rows of slices(damage.rows, size)) await write((tx) => saveCurrentRows(tx, rows), rows.length)
  for (const [kind, entries] of [
    ['left', damage.blocks.left],
    ['entered', damage.blocks.entered],
  ] as const) {
    for (const page of slices(entries, size)) await write((tx) => saveBlockEntries(tx, { [kind]: page }), page.length)
  }
  for (const scores of slices([...damage.scores], size)) {
    await write((tx) => redrawScores(tx, new Map(scores), options.model), scores.length)
  }
  for (const pairs of slices(damage.times, size)) await write((tx) => saveTimes(tx, pairs), pairs.length)
  for (const pairs of slices(damage.neverRefused, size)) {
    await write((tx) => saveRefused(tx, 'observed', new Map(pairs.map((pair) => [pair, false]))), pairs.length)
  }
  const done = { saved: 0, retired: 0, revived: 0 }
  const differing = {
    customers: [...damage.customers.differing, ...damage.customers.marks],
    identifiers: damage.identifiers,
    pairs: damage.refused.keys(),
  }
  for (const page of pagesOf(repairUnits(world.facts, world.customers, differing), size)) {
    const changes = changesOf(page, damage, world)
    const { saved, retired, revived } = await write(
      (tx) => writeUnits(tx, changes, options),
      changes.places.length + changes.implied.length + changes.stray.length,
    )
    done.saved += saved
    done.retired += retired
    done.revived += revived
  }
  for (const drawings of slices([...damage.assertions], size)) {
    await write((tx) => draw(tx, drawings), drawings.length)
  }
  return {
    records: damage.rows.length,
    blocks: damage.blocks.left.length + damage.blocks.entered.length,
    scores: damage.scores.size,
    pairs: damage.times.length + damage.neverRefused.length + damage.refused.size,
    identifiers: damage.identifiers.length,
    customersSaved: done.saved + damage.customers.marks.size,
    idsGivenUp: done.retired,
    idsRevived: done.revived,
    assertions: damage.assertions.size,
  }
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

type Changes = ReturnType<typeof changesOf>

function changesOf(units: readonly RepairUnit[], damage: Damage, { facts, components, customers }: World) {
  const resolved = remembering(components)
  const all = units.flatMap((unit) => unit.customers)
  const implied = (customer: CustomerNumber) => {
    const { component, contested } = customers.implied(customer) ?? bug('a customer that is not implied')
    const id = customers.ids[customer]
    const found = resolved(component).customers.find((one) => one.id === id)
    return { customer: found ?? bug('a customer implied once and not again'), contested }
  }
  const { marks } = damage.customers
  return {
    places: units.flatMap((unit) => unit.identifiers).map((ordinal) => placeOf(facts, ordinal)),
    refused: new Map(
      units.flatMap((unit) => unit.pairs).map((pair) => [keyOfPair(facts, pair), damage.refused.get(pair) === true]),
    ),
    implied: all.filter((customer) => !marks.has(customer) && customers.implied(customer)).map(implied),
    stray: all
      .filter((customer) => customers.implied(customer) === undefined)
      .map((customer) => formerOf(customer, facts, customers)),
    marks: all
      .filter((customer) => marks.has(customer))
      .map((customer) => {
        const { customer: found, contested } = implied(customer)
        return { id: found.id, contested }
      }),
  }
}

/** Resolves a component again, not once a customer. */
function remembering(components: Components): (component: number) => Resolution {
  let last: { component: number; resolution: Resolution } | undefined
  return (component) => {
    if (last?.component !== component) last = { component, resolution: components.resolve(component) }
    return last.resolution
  }
}

function placeOf(facts: PackedFacts, ordinal: Ordinal): Place {
  const key = facts.keys[ordinal] ?? bug('an identifier that was not told')
  return {
    key,
    status: facts.statuses[ordinal] ?? 'unsupported',
    seen: facts.seenOf(ordinal),
    neighbours: facts.neighboursOf(ordinal),
  }
}

/** An id that is to be given up, with what its customer last held. */
function formerOf(customer: CustomerNumber, facts: PackedFacts, customers: CustomerTable) {
  const keys = [...new Set(customers.heldBy(customer))].map((ordinal) => facts.keys[ordinal] as IdentifierKey)
  const id = customers.ids[customer] ?? bug('a customer without an id')
  return { id, anchor: customers.anchors.get(customer) ?? keys[0] ?? ('' as IdentifierKey), held: keys.sort() }
}

async function writeUnits(tx: Transaction, changes: Changes, { at, policy }: RepairOptions) {
  const { places, refused, implied, stray, marks } = changes
  await savePlaces(tx, places)
  await saveRefused(tx, 'observed', refused)
  await markCustomers(tx, marks)
  return await repairCustomers(tx, { implied, stray, at, policy })
}

async function draw(tx: Transaction, drawings: readonly (readonly [PairKey, Drawing])[]): Promise<void> {
  await eraseAsserted(
    tx,
    drawings.map(([pair]) => pair),
  )
  const wanted = drawings.flatMap(([pair, drawing]) => (drawing === undefined ? [] : [[pair, drawing] as const]))
  await drawAsserted(tx, new Map(wanted))
}
