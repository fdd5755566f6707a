import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CHANGED_AT, type ChangingCustomers, changingCustomers } from '../../test/changing-customers.ts'
import { ask, emptyGraph, wipe } from '../../test/live.ts'
import { applyAll } from '../../test/live-door.ts'
import { anyPicks, anyWorld, rearranged } from '../../test/oracle/populations.ts'
import { type Graph, int } from '../graph/graph.ts'
import { createResolver } from '../resolver/resolver.ts'
import { changedCustomers } from './changes.ts'
import { inboxFolder } from './events-inbox.ts'
import { markEverything } from './mark-everything.ts'
import { withWarehouse } from './open-warehouse.ts'
import { type Moment, type ProjectionOptions, projectWarehouse } from './project.ts'
import { reconcile, startOver } from './reconcile.ts'

const RUNS = Number(process.env.SELFSAME_LIVE_RUNS ?? 6)
const SEED = Number(process.env.SELFSAME_SEED ?? Math.floor(Math.random() * 1e9))
const logger = pino({ level: 'silent' })

let graph: Graph
let folder: string
let warehouseFile: string
let customers: ChangingCustomers
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'projection-'))
  warehouseFile = join(folder, 'deeper', 'warehouse.duckdb')
  await wipe(graph)
  customers = changingCustomers(graph)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a customer in the warehouse', () => {
  const golden = { name: 'Nguyễn Văn An', email: 'an@example.com', 'address.postalCode': '530000', occupation: 'thợ' }

  test('has its golden fields, counts and times as columns', async () => {
    await customers.identifiers(['email:an@example.com', 'phone:+84912345678', 'phone:+84912345679', 'shoe:44'])
    await customers.hold(
      { c_a: ['email:an@example.com', 'phone:+84912345678', 'phone:+84912345679', 'shoe:44'] },
      golden,
    )
    expect(await project()).toEqual({ customers: 1, formerCustomers: 0, events: 0, rejectedFiles: 0, more: false })
    const [row] = await rows('FROM customer_360')
    expect(row).toMatchObject({
      ...{ customer_id: 'c_a', version: '1', name: 'Nguyễn Văn An', email: 'an@example.com', phone: null },
      ...{ postal_code: '530000', golden: JSON.stringify(golden), provenance: '{"name":"crm:1"}', size: 4 },
      ...{ counts: '{"email":1,"phone":2,"shoe":1}', emails: 1, phones: 2, cookies: 0, cause: 'observed' },
      ...{ first_seen: '2026-01-02 03:04:05.006', last_seen: '2026-05-06', changed_at: '2026-05-06 07:08:09.01' },
    })
    expect(await rows('FROM identity_map ORDER BY kind, value LIMIT 1')).toEqual([
      { kind: 'email', value: 'an@example.com', customer_id: 'c_a', since: '2026-05-06 07:08:09.01' },
    ])
  })

  test('is written once: a second run finds nothing to do and leaves the file alone', async () => {
    await customers.identifiers(['email:a'])
    await customers.hold({ c_a: ['email:a'] })
    await project()
    const moments: Moment[] = []
    expect(await project({ observe: async (moment) => void moments.push(moment) })).toMatchObject({ customers: 0 })
    expect(moments).toEqual([])
  })

  test('is the same when it is sent again', async () => {
    await customers.identifiers(['email:a', 'email:b', 'email:c'])
    await customers.hold({ c_a: ['email:a'], c_b: ['email:b', 'email:c'] })
    await customers.hold({ c_a: ['email:a', 'email:b', 'email:c'] })
    await project()
    const before = await content()
    await ask(graph, 'MATCH (n) WHERE n:Customer OR n:FormerCustomer SET n:Changed')
    expect(await project()).toMatchObject({ customers: 1, formerCustomers: 1 })
    expect(await content()).toEqual(before)
  })

  test('alone is sent when it alone changed', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `c_${index}`)
    await customers.identifiers([...ids.map((id) => `email:${id}`), 'email:new'])
    await customers.hold(Object.fromEntries(ids.map((id) => [id, [`email:${id}`]])))
    expect(await project({ pageSize: 7 })).toMatchObject({ customers: 20 })
    await customers.hold({ c_7: ['email:c_7', 'email:new'] })
    expect(await project()).toMatchObject({ customers: 1, formerCustomers: 0 })
    await expectLevel()
  })
})

describe('what moves', () => {
  // Pages follow the order in which the store found the customers: both orders occur by making either first.
  test.each([
    ['c_a', 'c_b'],
    ['c_b', 'c_a'],
  ])('an identifier goes from one customer to the other, in pages of one, %s made first', async (first, second) => {
    await customers.identifiers(['email:a', 'email:b', 'email:x'])
    await customers.hold({ [first]: ['email:a'] })
    await customers.hold({ [second]: ['email:b'] })
    for (const [from, to] of [
      ['c_b', 'c_a'],
      ['c_a', 'c_b'],
      ['c_b', 'c_a'],
    ] as const) {
      const own = { c_a: ['email:a'], c_b: ['email:b'] }
      await customers.hold({ [from]: own[from], [to]: [...own[to], 'email:x'] })
      await project({ pageSize: 1 })
      expect(await rows(`SELECT customer_id FROM identity_map WHERE value = 'x'`)).toEqual([{ customer_id: to }])
      await expectLevel()
    }
    await customers.hold({ c_a: ['email:a'] })
    await project({ pageSize: 1 })
    expect(await rows(`FROM identity_map WHERE value = 'x'`)).toEqual([])
    await expectLevel()
    await customers.hold({ c_a: [] })
    await project({ pageSize: 1 })
    expect(await rows('SELECT value, customer_id FROM identity_map')).toEqual([{ value: 'b', customer_id: 'c_b' }])
    await expectLevel()
  })

  test('what stays with its customer keeps its since', async () => {
    await customers.identifiers(['email:a', 'email:b'])
    await customers.hold({ c_a: ['email:a'] })
    await project()
    await customers.hold({ c_a: ['email:a', 'email:b'] })
    await ask(graph, 'MATCH (c:Customer) SET c.changedAt = c.changedAt + duration("P1D")')
    await project()
    expect(await rows('SELECT value, since::DATE::VARCHAR AS since FROM identity_map ORDER BY value')).toEqual([
      { value: 'a', since: '2026-05-06' },
      { value: 'b', since: '2026-05-07' },
    ])
    expect(new Date(CHANGED_AT).toISOString()).toContain('2026-05-06')
  })

  test('a former id leads on when the customer it led to is itself absorbed, and nowhere when all are shared', async () => {
    await customers.identifiers(['email:a', 'email:b', 'email:c'])
    await customers.hold({ c_a: ['email:a'], c_b: ['email:b'], c_c: ['email:c'] })
    await project()
    await customers.hold({ c_b: ['email:b', 'email:a'] })
    await project()
    expect(await aliases()).toEqual([{ former_id: 'c_a', customer_id: 'c_b', cause: 'shared' }])
    await customers.hold({ c_c: ['email:c', 'email:b', 'email:a'] })
    await project()
    expect(await aliases()).toEqual([
      { former_id: 'c_a', customer_id: 'c_c', cause: 'shared' },
      { former_id: 'c_b', customer_id: 'c_c', cause: 'shared' },
    ])
    await customers.hold({ c_c: ['email:c'] })
    await project()
    expect(await aliases()).toMatchObject([{ customer_id: null }, { customer_id: null }])
    await expectLevel()
    await customers.hold({ c_a: ['email:a'] })
    await project()
    expect(await aliases()).toEqual([{ former_id: 'c_b', customer_id: 'c_a', cause: 'shared' }])
    await expectLevel()
  })

  test('a former id whose anchor does not link leads to all who hold the rest', async () => {
    await customers.identifiers(['email:a', 'email:b', 'email:c'])
    await customers.hold({ c_0: ['email:a', 'email:b', 'email:c'] })
    await customers.hold({ c_0: [], c_b: ['email:b'], c_c: ['email:c'] })
    await project()
    expect(await aliases()).toMatchObject([{ customer_id: 'c_b' }, { customer_id: 'c_c' }])
    await expectLevel()
    await customers.hold({ c_d: ['email:a'] })
    await project()
    expect(await aliases()).toMatchObject([{ former_id: 'c_0', customer_id: 'c_d' }])
    await expectLevel()
  })

  test('random moves, projected a few pages at a time, end where a projection of everything ends', async () => {
    const keys = Array.from({ length: 12 }, (_, index) => `email:${index}`)
    const anyMove = fc.record({
      owner: fc.constantFrom('c_1', 'c_2', 'c_3', 'c_4', 'c_5', undefined),
      keys: fc.subarray(keys, { minLength: 1, maxLength: 4 }),
      pages: fc.nat(3),
      pageSize: fc.integer({ min: 1, max: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(anyMove, { minLength: 3, maxLength: 12 }), async (moves) => {
        await wipe(graph)
        rmSync(warehouseFile, { force: true })
        const moving = changingCustomers(graph)
        await moving.identifiers(keys)
        const owners = new Map<string, string>()
        for (const { owner, keys: moved, pages, pageSize } of moves) {
          const losers = moved.map((key) => owners.get(key)).filter((id) => id !== undefined)
          for (const key of moved) owner === undefined ? owners.delete(key) : owners.set(key, owner)
          const touched = new Set([...losers, ...(owner === undefined ? [] : [owner])])
          await moving.hold(
            Object.fromEntries([...touched].map((id) => [id, keys.filter((key) => owners.get(key) === id)])),
          )
          await projectPages(pages, pageSize)
        }
        await project({ pageSize: 2 })
        await expectLevel()
        const incremental = await content()
        await startOver({ graph, warehouseFile })
        await project()
        expect(await content()).toEqual(incremental)
      }),
      { numRuns: RUNS, seed: SEED },
    )
  }, 600_000)

  test('whatever the resolver does, the warehouse ends level with the graph', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anyPicks, fc.integer({ min: 1, max: 9 }), async (world, picks, size) => {
        await wipe(graph)
        rmSync(warehouseFile, { force: true })
        const { policy, matching } = world
        const rules = { policy, idKey: new Uint8Array(32), matching }
        const resolver = createResolver({ graph, rules })
        const items = rearranged(world.items, picks)
        for (let end = size; end - size < items.length; end += size) {
          await applyAll(graph, resolver, items.slice(end - size, end))
          await projectPages(1, 2)
        }
        await project()
        await expectLevel()
      }),
      { numRuns: RUNS, seed: SEED },
    )
  }, 600_000)
})

describe('while the graph changes', () => {
  test('a customer changed after it was written stays labelled, and is written again', async () => {
    await customers.identifiers(['email:a', 'email:b'])
    await customers.hold({ c_a: ['email:a'] })
    let changed = false
    const observe = async (moment: Moment) => {
      if (moment !== 'committed' || changed) return
      changed = true
      await customers.hold({ c_a: ['email:a', 'email:b'] })
    }
    await project({ observe })
    await project()
    expect(await rows('SELECT version FROM customer_360')).toEqual([{ version: '2' }])
    await expectLevel()
  })

  test('the label waits for whoever is changing the customer, and stays', async () => {
    await customers.identifiers(['email:a'])
    await customers.hold({ c_a: ['email:a'] })
    const session = graph.driver.session({ database: graph.database })
    const open = session.beginTransaction()
    let settling: NodeJS.Timeout | undefined
    const observe = async (moment: Moment) => {
      if (moment !== 'committed' || settling !== undefined) return
      await open.run('MATCH (c:Customer) SET c.version = $next, c:Changed', { next: int(2) })
      settling = setTimeout(() => void open.commit(), 400)
    }
    try {
      const { customers: written } = await project({ observe })
      expect(written).toBeLessThanOrEqual(1)
      await project()
      expect(await rows('SELECT version FROM customer_360')).toEqual([{ version: '2' }])
    } finally {
      await session.close()
    }
  })

  test('customers that come and go under its hands end no run', async () => {
    const until = Date.now() + 4000
    const churn = (async () => {
      while (Date.now() < until) {
        // What collides with the projection is a transaction that failed, as a resolver's would; the next one is tried.
        await ask(graph, 'UNWIND range(1, 300) AS i CREATE (:Customer:Changed {id: "c_" + i, version: 1})').catch(
          () => [],
        )
        await ask(graph, 'MATCH (c:Customer) DETACH DELETE c').catch(() => [])
      }
    })()
    while (Date.now() < until) {
      await markEverything(graph)
      const changes = changedCustomers(graph)
      await changes.settle((await changes.read(200)).rows)
    }
    await churn
  })

  test('two projections at once, of one process, agree in the end', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `c_${index}`)
    await customers.identifiers(ids.map((id) => `email:${id}`))
    await customers.hold(Object.fromEntries(ids.map((id) => [id, [`email:${id}`]])))
    const moves = (async () => {
      for (let turn = 0; turn < 15; turn += 1) {
        const [to, from] = [ids[turn], ids[turn + 20]] as [string, string]
        await customers.hold({ [to]: [`email:${to}`, `email:${from}`] })
      }
    })()
    await Promise.all([moves, project({ pageSize: 3 }), project({ pageSize: 4 })])
    await project()
    await expectLevel()
  })
})

describe('the file', () => {
  test('is filled from the whole graph where it is new, though nothing is labelled any more', async () => {
    await customers.identifiers(['email:a', 'email:b'])
    await customers.hold({ c_a: ['email:a'], c_b: ['email:b'] })
    await customers.hold({ c_a: ['email:a', 'email:b'] })
    await project()
    const before = await content()
    rmSync(warehouseFile)
    expect(await project()).toMatchObject({ customers: 1, formerCustomers: 1 })
    expect(await content()).toEqual(before)
  })

  test('is filled where whoever made it was killed before it had tables', async () => {
    await customers.identifiers(['email:a'])
    await customers.hold({ c_a: ['email:a'] })
    await project()
    rmSync(warehouseFile)
    await withWarehouse({ file: warehouseFile }, async () => undefined)
    expect(await project()).toMatchObject({ customers: 1 })
  })

  test('is there, empty, after the first run over an empty graph', async () => {
    await project()
    expect(existsSync(warehouseFile)).toBe(true)
    expect(await rows('SELECT count(*)::INTEGER AS n FROM customer_alias')).toEqual([{ n: 0 }])
  })

  test('of another schema version is left alone', async () => {
    await project()
    await withWarehouse({ file: warehouseFile }, (connection) =>
      connection.run('UPDATE warehouse_info SET schema_version = 99'),
    )
    await customers.identifiers(['email:a'])
    await customers.hold({ c_a: ['email:a'] })
    await expect(project()).rejects.toMatchObject({ code: 'warehouse_of_other_version' })
    expect(await rows('SELECT count(*)::INTEGER AS n FROM customer_360')).toEqual([{ n: 0 }])
  })

  test('takes the events that wait, with no change in the graph', async () => {
    await project()
    const event = { messageId: 'm', source: 'web', observedAt: 1, name: 'n', properties: {}, kind: 'email', value: 'a' }
    mkdirSync(inboxFolder(warehouseFile), { recursive: true })
    writeFileSync(join(inboxFolder(warehouseFile), 'f.ndjson'), JSON.stringify(event))
    expect(await project()).toMatchObject({ events: 1, customers: 0, more: false })
  })
})

describe('reconcile', () => {
  test('names each difference, whichever side has it', async () => {
    await customers.identifiers(['email:a', 'email:b', 'email:\u{1f600}', 'email:\uff21', 'email:old'])
    await customers.hold({
      c_a: ['email:a', 'email:\u{1f600}'],
      c_b: ['email:b', 'email:\uff21'],
      c_old: ['email:old'],
    })
    await customers.hold({ c_a: ['email:a', 'email:\u{1f600}', 'email:old'] })
    await project()
    expect((await reconcile({ graph, warehouseFile })).equal).toBe(true)
    await withWarehouse({ file: warehouseFile }, async (connection) => {
      await connection.run(`UPDATE customer_360 SET phones = 7, counts = '{}' WHERE customer_id = 'c_a'`)
      await connection.run(`UPDATE identity_map SET customer_id = 'c_z' WHERE value = '\u{1f600}'`)
      await connection.run(`DELETE FROM identity_map WHERE value = 'old'`)
      await connection.run(`INSERT INTO identity_map VALUES ('email', 'stray', 'c_a', NULL)`)
      await connection.run(`DELETE FROM customer_360 WHERE customer_id = 'c_b'`)
    })
    await customers.hold({ c_b: ['email:b'] })
    const { equal, customers: found, identifiers, aliases: led, pending } = await reconcile({ graph, warehouseFile })
    expect({ equal, pending }).toEqual({ equal: false, pending: 1 })
    expect(found).toMatchObject({ graph: 2, warehouse: 1, differences: 2 })
    expect(found.listed).toEqual([
      { key: 'c_a', difference: 'different', fields: ['counts'] },
      { key: 'c_b', difference: 'missing', fields: [] },
    ])
    expect(identifiers.listed).toEqual([
      { key: 'email:old', difference: 'missing', fields: [] },
      { key: 'email:stray', difference: 'stray', fields: [] },
      { key: 'email:\uff21', difference: 'stray', fields: [] },
      { key: 'email:\u{1f600}', difference: 'different', fields: ['customer'] },
    ])
    // What it leads to is gone from the identity map, so the alias leads nowhere.
    expect(led.listed).toEqual([{ key: 'c_old', difference: 'different', fields: ['customers'] }])
    await startOver({ graph, warehouseFile })
    await project()
    await expectLevel()
  })
})

function project(options: Partial<ProjectionOptions> = {}) {
  return projectWarehouse({ graph, warehouseFile, logger, ...options })
}

/** Ends after so many pages were settled, as a worker that is told to stop. */
async function projectPages(pages: number, pageSize: number): Promise<void> {
  if (pages === 0) return
  const stopping = new AbortController()
  let settled = 0
  const observe = async (moment: Moment) => {
    if (moment !== 'settled') return
    settled += 1
    if (settled >= pages) stopping.abort()
  }
  await project({ pageSize, signal: stopping.signal, observe })
}

async function expectLevel(): Promise<void> {
  const result = await reconcile({ graph, warehouseFile })
  expect(result).toMatchObject({ equal: true, pending: 0 })
  expect(await rows('SELECT kind, value FROM identity_map GROUP BY ALL HAVING count(*) > 1')).toEqual([])
  expect(await rows('SELECT customer_id FROM customer_360 GROUP BY ALL HAVING count(*) > 1')).toEqual([])
  expect(await rows('SELECT former_id FROM former_customer GROUP BY ALL HAVING count(*) > 1')).toEqual([])
}

function rows(sql: string) {
  return withWarehouse({ file: warehouseFile, readOnly: true }, async (connection) =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson(),
  )
}

function aliases() {
  return rows('SELECT former_id, customer_id, cause FROM customer_alias ORDER BY ALL')
}

/** Every table, save when an identifier came to its customer, which is history. */
async function content() {
  return {
    customers: await rows('FROM customer_360 ORDER BY customer_id'),
    identifiers: await rows('SELECT kind, value, customer_id FROM identity_map ORDER BY ALL'),
    aliases: await rows('FROM customer_alias ORDER BY ALL'),
  }
}
