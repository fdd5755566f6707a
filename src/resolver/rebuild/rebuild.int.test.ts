import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { damagedWorld, damages } from '../../../test/damage.ts'
import { drawnIn, drawnOf, formersIn, resolutionIn, seenIn, seenOfFacts } from '../../../test/graph-state.ts'
import { ask, emptyGraph, wipe } from '../../../test/live.ts'
import { applyAll } from '../../../test/live-door.ts'
import { everythingIn, evidenceOf } from '../../../test/oracle/compare.ts'
import { anyPicks, anyWorld, rearranged } from '../../../test/oracle/populations.ts'
import type { Item } from '../../../test/oracle/what-counts.ts'
import { manyCustomers, rulesToKill } from '../../../test/rebuild-to-kill.ts'
import { event } from '../../../test/told.ts'
import type { Graph } from '../../graph/graph.ts'
import { factsOf } from '../../identity/facts.ts'
import { createPolicy } from '../../identity/policy.ts'
import { type Rules, resolve, withoutModel } from '../../identity/resolve.ts'
import { createResolver } from '../resolver.ts'
import { PARTS } from './findings.ts'
import { type Rebuilt, rebuild } from './rebuild.ts'

/** How many random worlds are damaged. */
const RUNS = Math.ceil(Number(process.env.SELFSAME_LIVE_RUNS ?? 60) / 4)
const SEED = Number(process.env.SELFSAME_SEED ?? Math.floor(Math.random() * 1e9))
const idKey = new TextEncoder().encode('the key of a test')
const RAW = {
  kinds: {
    email: { placeholders: ['test@*'], sharedAbove: { cookie: 3 } },
    phone: {},
    cookie: {},
    crm_contact: { account: true },
  },
}
const rules: Rules = { policy: createPolicy(RAW), idKey, matching: withoutModel }

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())

const check = (by: Rules = rules, limit = 50) => rebuild({ graph, rules: by, repair: false, limit })
const repair = (by: Rules = rules) => rebuild({ graph, rules: by, repair: true })

async function tell(items: readonly Item[], by: Rules = rules): Promise<void> {
  await wipe(graph)
  const resolver = createResolver({ graph, rules: by })
  // In several batches, so that customers have changed and ids been given up.
  for (let at = 0; at < items.length; at += 3) await applyAll(graph, resolver, items.slice(at, at + 3))
}

async function expectWhatIsImplied(items: readonly Item[], by: Rules = rules): Promise<void> {
  const evidence = evidenceOf(items)
  expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(await resolve(evidence, by)))
  expect(await seenIn(graph)).toEqual(seenOfFacts(factsOf(evidence)))
  expect(await drawnIn(graph)).toEqual(drawnOf(evidence))
}

function differencesOf({ parts }: Rebuilt) {
  return Object.fromEntries(Object.entries(parts).map(([part, { listed }]) => [part, listed]))
}
const none = Object.fromEntries(PARTS.map((part) => [part, []]))

describe('what a resolver wrote, damaged', () => {
  test.each(damages)('$name is listed, and repaired', async ({ statement, part, sort }) => {
    await tell(damagedWorld)
    const versions = await versionsIn()
    await ask(graph, statement)
    const found = await check()
    expect(found.parts[part].counts).toHaveProperty(sort)
    expect(found.parts[part].listed).not.toEqual([])
    expect(found).toMatchObject({ equal: false, repaired: undefined })
    expect((await repair()).repaired).toBeDefined()
    expect(differencesOf(await check())).toEqual(none)
    await expectWhatIsImplied(damagedWorld)
    for (const [id, version] of await versionsIn()) expect(version).toBeGreaterThanOrEqual(versions.get(id) ?? 0)
  })

  test('what is not damaged is not touched', async () => {
    await tell(damagedWorld)
    const versions = await versionsIn()
    expect(differencesOf(await check())).toEqual(none)
    expect((await repair()).repaired).toBeUndefined()
    expect(await versionsIn()).toEqual(versions)
  })

  test('random worlds, damaged at random', async () => {
    const anyDamages = fc.uniqueArray(fc.constantFrom(...MAIMING), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(anyWorld, anyPicks, anyDamages, async (world, picks, statements) => {
        const items = rearranged(world.items, picks)
        const by: Rules = { policy: world.policy, idKey, matching: world.matching }
        await tell(items, by)
        expect(differencesOf(await check(by))).toEqual(none)
        for (const statement of statements) await ask(graph, statement)
        await repair(by)
        expect(differencesOf(await check(by))).toEqual(none)
        await expectWhatIsImplied(items, by)
        await everyFormerIdLeadsSomewhere()
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    )
  }, 900_000)
})

/** What strikes a part of any world. */
const MAIMING = [
  "MATCH (i:Identifier) WHERE i.kind IN ['email', 'cookie'] SET i.status = 'shared', i.firstSeen = null",
  'MATCH (:Identifier)-[r:IDENTIFIES]->(c:Customer) WITH c, collect(r)[0] AS first DELETE first',
  'MATCH (c:Customer) WITH c ORDER BY c.id LIMIT 2 DETACH DELETE c',
  'MATCH (i:Identifier), (c:Customer) WITH i, c ORDER BY i.key, c.id LIMIT 3 CREATE (i)-[:IDENTIFIES]->(c)',
  'MATCH (c:Customer) WITH c ORDER BY c.id LIMIT 2 CREATE (:FormerCustomer {id: c.id, version: 40, anchor: c.anchor})',
  'MATCH ()-[o:OBSERVED]->() SET o.refused = CASE WHEN o.refused THEN null ELSE true END',
  'MATCH ()-[o:OBSERVED]->() SET o.firstSeen = datetime(), o.lastSeen = date()',
  "MATCH (r:Record) SET r.claims = [], r.fields = '{}', r.observedAt = null, r.name = 'X'",
  'MATCH (c:Customer) SET c.golden = null, c.digest = null, c.version = 3',
  'MATCH (n) WHERE n:Identifier OR n:Customer SET n:Unresolved',
  'MATCH ()-[s:SAME_AS|NOT_SAME_AS]->() DELETE s',
  'MATCH (e:BlockEntry) WITH e ORDER BY e.block, e.record LIMIT 3 DELETE e',
  'MATCH (e:BlockEntry) WITH e ORDER BY e.record LIMIT 3 CREATE (:BlockEntry {block: e.block, record: e.record}), (:BlockEntry {block: 4711, record: e.record})',
  'MATCH (r:Record) SET r.blocks = [4711]',
  'MATCH ()-[s:SCORED]->() SET s.refused = CASE WHEN s.refused THEN null ELSE true END, s.weight = 99.0',
  'MATCH (a)-[s:SCORED]->(b) WITH a, b, s LIMIT 2 CREATE (b)-[:SCORED {probability: 0.9, weight: 1.0}]->(a) DELETE s',
  'MATCH (a)-[s:SCORED]->(b) WITH a, b LIMIT 2 CREATE (a)-[:SCORED {probability: 0.9, weight: 1.0}]->(b)',
  'MATCH (a:Identifier), (b:Identifier) WHERE a.key < b.key WITH a, b LIMIT 2 CREATE (a)-[:SCORED {probability: 1.0}]->(b)',
]

async function versionsIn(): Promise<Map<string, number>> {
  const rows = await ask<{ id: string; version: number }>(
    graph,
    'MATCH (c) WHERE c:Customer OR c:FormerCustomer RETURN c.id AS id, coalesce(c.version, 0) AS version',
  )
  return new Map(rows.map(({ id, version }) => [id, version]))
}

async function everyFormerIdLeadsSomewhere(): Promise<void> {
  const { statuses, customers } = await resolutionIn(graph)
  const alive = new Set<string>(customers.map(({ id }) => id))
  for (const former of await formersIn(graph)) {
    expect(alive.has(former.id), 'alive and former').toBe(false)
    expect([former.anchor, ...former.held].every((key) => statuses.has(key))).toBe(true)
  }
}

describe('another policy', () => {
  test('is applied to everything, with cause and for the warehouse to hear', async () => {
    const stricter: Rules = { ...rules, policy: createPolicy({ ...RAW, maxIdentifiers: 2 }) }
    await tell(damagedWorld)
    await ask(graph, 'MATCH (c:Customer:Changed) REMOVE c:Changed')
    const { repaired } = await repair(stricter)
    expect(repaired).toMatchObject({ records: 0 })
    await expectWhatIsImplied(damagedWorld, stricter)
    const changed = await ask<{ cause: string; policy: string }>(
      graph,
      'MATCH (c:Customer:Changed) RETURN DISTINCT c.cause AS cause, c.policy AS policy',
    )
    expect(changed).toEqual([{ cause: 'policy', policy: stricter.policy.hash }])
    await repair(rules)
    await expectWhatIsImplied(damagedWorld)
    await everyFormerIdLeadsSomewhere()
  })
})

describe('while a rebuild is under way', () => {
  test('resolvers wait, and go on afterwards', async () => {
    await tell(damagedWorld)
    await ask(graph, "MATCH (i:Identifier {kind: 'email'}) SET i.status = 'shared'")
    const news = event({ observedAt: 1 })
    const order: string[] = []
    let applied: Promise<unknown> | undefined
    const resolver = createResolver({ graph, rules })
    await rebuild({
      ...{ graph, rules, repair: true },
      onRow: () => {
        applied ??= resolver.apply({ observations: [news] }).then(() => order.push('applied'))
      },
    }).then(() => order.push('rebuilt'))
    await applied
    expect(order).toEqual(['rebuilt', 'applied'])
    await expectWhatIsImplied([...damagedWorld, news])
    expect((await check()).equal).toBe(true)
  })

  test('killed in the middle, it is finished by the next one', async () => {
    const items = manyCustomers(300)
    await tell(items)
    const after = rulesToKill(idKey)
    let kills = 0
    for (let delay = 300; kills < 5; delay += 150) {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../../../test/rebuild-to-kill.ts')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      // From its first repairing transaction on.
      const started = await new Promise((settle) => {
        child.stdout.once('data', () => settle(true))
        child.once('exit', () => settle(false))
      })
      if (started) await new Promise((settle) => setTimeout(settle, Math.random() * delay))
      if ((await kill(child)) === 'SIGKILL') kills += 1
      else break
      await everyMemberHasOneCustomer()
    }
    expect(kills).toBeGreaterThan(0)
    await repair(after)
    await expectWhatIsImplied(items, after)
    expect((await check(after)).equal).toBe(true)
    await everyFormerIdLeadsSomewhere()
  }, 300_000)
})

/** Resolves with the signal that ended it, null where it had left by itself. */
async function kill(child: ChildProcess): Promise<NodeJS.Signals | null> {
  const exited = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode === null && child.kill('SIGKILL')) await exited
  return child.signalCode
}

async function everyMemberHasOneCustomer(): Promise<void> {
  const twice = await ask(graph, 'MATCH (i:Identifier) WHERE COUNT { (i)-[:IDENTIFIES]->() } > 1 RETURN i.key AS key')
  expect(twice).toEqual([])
}

test('with another id key it touches nothing', async () => {
  await tell(damagedWorld)
  const other = { ...rules, idKey: new TextEncoder().encode('another key') }
  await expect(repair(other)).rejects.toMatchObject({ code: 'id_key_differs' })
  await expectWhatIsImplied(damagedWorld)
})
