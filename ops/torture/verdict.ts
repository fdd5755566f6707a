import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph } from '../../src/graph/graph.ts'
import { factsOf } from '../../src/identity/facts.ts'
import { leadsTo } from '../../src/identity/history.ts'
import { type Rules, resolve } from '../../src/identity/resolve.ts'
import type { CustomerId, IdentifierKey } from '../../src/identity/types.ts'
import { inboxFolder } from '../../src/warehouse/events-inbox.ts'
import { queryWarehouse } from '../../src/warehouse/query.ts'
import { reconcile } from '../../src/warehouse/reconcile.ts'
import { customersIn, drawnIn, drawnOf, formersIn, resolutionIn, seenIn, seenOfFacts } from '../../test/graph-state.ts'
import { everythingIn } from '../../test/oracle/compare.ts'
import { type Difference, differencesOf, type Entry } from './differences.ts'
import { expectedSummaries, summariesIn } from './kept-summaries.ts'
import type { Said } from './said.ts'

export interface Observed {
  readonly graph: Graph
  readonly rules: Rules
  readonly said: Said
  readonly warehouseFile: string
  /** What stands in the dead letters: reason and bytes (base64). */
  readonly letters: readonly { readonly reason: string; readonly bytes: string | null }[]
  /** The greatest version with which each id was ever seen. */
  readonly returned: ReadonlyMap<CustomerId, number>
}

/** Everything in which graph, warehouse and dead letters are not what was said. Nothing may be at work any more. */
export async function differencesIn(observed: Observed): Promise<Difference[]> {
  const parts = [
    graphDifferences,
    summaryDifferences,
    idDifferences,
    eventDifferences,
    letterDifferences,
    warehouseDifferences,
  ]
  const found: Difference[] = []
  for (const part of parts) {
    try {
      found.push(...(await part(observed)))
    } catch (error) {
      // A graph that holds what cannot be does not answer.
      found.push({ what: 'check', kind: 'different', key: part.name, found: String(error) })
    }
  }
  return found
}

async function graphDifferences({ graph, rules, said }: Observed): Promise<Difference[]> {
  const expected = everythingIn(await resolve(said.evidence, rules))
  const found = everythingIn(await resolutionIn(graph))
  const byId = (customers: readonly { readonly id: string }[]) => customers.map((each): Entry => [each.id, each])
  const asSet = (keys: readonly string[]) => keys.map((key): Entry => [key, true])
  const seen = (rows: readonly (readonly [string, number, number])[]) =>
    rows.map(([key, first, last]): Entry => [key, [first, last]])
  return [
    ...differencesOf('status', expected.statuses, found.statuses, 'evidence'),
    ...differencesOf('seen', seen(seenOfFacts(factsOf(said.evidence))), seen(await seenIn(graph)), 'evidence'),
    ...differencesOf('drawn', asSet(drawnOf(said.evidence)), asSet(await drawnIn(graph)), 'derived'),
    ...differencesOf('customer', byId(expected.customers), byId(found.customers), 'derived'),
    ...differencesOf('refused', asSet(expected.refused.observed), asSet(found.refused.observed), 'derived'),
    ...differencesOf('refused SAME_AS', asSet(expected.refused.asserted), asSet(found.refused.asserted), 'derived'),
  ]
}

async function summaryDifferences({ graph, rules, said }: Observed): Promise<Difference[]> {
  const facts = factsOf(said.evidence)
  const expected = expectedSummaries(facts, await resolve(said.evidence, rules), rules.policy)
  const found = await summariesIn(graph)
  return [
    ...differencesOf('neighbours', expected.neighbours, found.neighbours, 'derived'),
    ...differencesOf('contested', expected.contested, found.contested, 'derived'),
    ...differencesOf('unresolved', [], found.unresolved, 'derived'),
  ]
}

/** An id is alive or former, never both; its version never goes back; a former one leads somewhere. */
async function idDifferences({ graph, returned }: Observed): Promise<Difference[]> {
  const customers = await customersIn(graph)
  const formers = await formersIn(graph)
  const statuses = (await resolutionIn(graph)).statuses
  const customerOf = new Map(customers.flatMap(({ id, members }) => members.map((key) => [key, id] as const)))
  const alive = new Map(customers.map(({ id, version }) => [id, version]))
  const versions = new Map([...formers.map(({ id, version }) => [id, version] as const), ...alive])
  const wrong = (key: string, found: string): Difference => ({ what: 'id', kind: 'different', key, found })
  const lost = [...returned].flatMap(([id, version]) => {
    const now = versions.get(id)
    if (now === undefined) return [wrong(id, 'leads nowhere')]
    return now < version ? [wrong(id, `is at version ${now}, and was at ${version}`)] : []
  })
  const astray = formers.flatMap((former) => {
    if (alive.has(former.id)) return [wrong(former.id, 'alive and former')]
    const end = leadsTo(former, (key: IdentifierKey) => customerOf.get(key))
    const leads = end.type === 'customers' || (statuses.get(end.key) ?? 'linking') !== 'linking'
    return leads ? [] : [wrong(former.id, 'leads nowhere')]
  })
  return [...lost, ...astray]
}

async function eventDifferences({ said, warehouseFile }: Observed): Promise<Difference[]> {
  if (said.events.size === 0) return []
  const stored = await queryWarehouse(
    { file: warehouseFile, sql: 'SELECT message_id FROM events' },
    async ({ rows }) => {
      const ids: Entry[] = []
      for await (const bunch of rows) ids.push(...bunch.map(([id]): Entry => [String(id), true]))
      return ids
    },
  )
  const rejected = join(inboxFolder(warehouseFile), 'rejected')
  const refused = existsSync(rejected) ? readdirSync(rejected) : []
  return [
    ...differencesOf(
      'event',
      [...said.events].map((id): Entry => [id, true]),
      stored,
      'evidence',
    ),
    ...refused.map((file): Difference => ({ what: 'file of events', kind: 'lost', key: file, found: 'rejected' })),
  ]
}

/** Dead letters come at least once: only which they are is compared, not how often. */
async function letterDifferences({ said, letters }: Observed): Promise<Difference[]> {
  const found = new Map(letters.map(({ reason, bytes }) => [`${bytes}`, reason] as const))
  return differencesOf('dead letter', [...said.deadLetters], [...found], 'evidence')
}

async function warehouseDifferences({ graph, warehouseFile }: Observed): Promise<Difference[]> {
  const { equal, ...parts } = await reconcile({ graph, warehouseFile, limit: 5 })
  return equal ? [] : [{ what: 'warehouse', kind: 'different', key: 'reconcile', found: parts }]
}
