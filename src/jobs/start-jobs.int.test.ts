import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { type Logger, pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { emptyGraph, live, wipe } from '../../test/live.ts'
import type { Graph } from '../graph/graph.ts'
import { type ChangingCustomers, changingCustomers } from '../warehouse/changing-customers.ts'
import { withWarehouse } from '../warehouse/open-warehouse.ts'
import { reconcile } from '../warehouse/reconcile.ts'
import { type Jobs, startJobs } from './start-jobs.ts'

const { redis_url: redisUrl } = live()

let graph: Graph
let redis: Redis
let folder: string
let warehouseFile: string
let customers: ChangingCustomers
let logged: { msg: string; level: number }[] = []
const started: Jobs[] = []
const logger: Logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) })

beforeAll(async () => {
  graph = await emptyGraph()
  redis = new Redis(redisUrl)
})
afterAll(async () => {
  await redis.flushall()
  redis.disconnect()
  await graph.close()
})
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'jobs-'))
  warehouseFile = join(folder, 'warehouse.duckdb')
  logged = []
  await redis.flushall()
  await wipe(graph)
  customers = changingCustomers(graph)
  await customers.identifiers(['email:a', 'email:b', 'email:c'])
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((jobs) => jobs.close()))
  rmSync(folder, { recursive: true, force: true })
})

test('customers reach the warehouse on their own, again and again', async () => {
  await start()
  for (const id of ['a', 'b', 'c']) {
    await customers.hold({ [`c_${id}`]: [`email:${id}`] })
    await level()
  }
})

test('workers share the runs: never two at once, none more often for their number', async () => {
  const intervalMs = 400
  await Promise.all([start({ intervalMs }), start({ intervalMs }), start({ intervalMs })])
  const most = sampleActive(4000)
  await customers.hold({ c_a: ['email:a'] })
  await level()
  expect(await most).toBe(1)
  const runs = logged.filter(({ msg }) => msg === 'warehouse projected').length
  expect(runs).toBeGreaterThan(2)
  expect(runs).toBeLessThanOrEqual(14)
})

test('a run that fails leaves the work to the next one', async () => {
  await withWarehouse({ file: warehouseFile }, (connection) =>
    connection.run('CREATE TABLE warehouse_info AS SELECT 99 AS schema_version'),
  )
  await customers.hold({ c_a: ['email:a'] })
  await start()
  const failures = () => logged.filter(({ level }) => level === 40).length
  await until(async () => failures() >= 2)
  await withWarehouse({ file: warehouseFile }, (connection) => connection.run('DROP TABLE warehouse_info'))
  await level()
})

test('Redis emptied under it: the schedule comes back by itself', async () => {
  await start()
  await level()
  await redis.flushall()
  await customers.hold({ c_a: ['email:a'] })
  await level()
  await redis.flushall()
  await customers.hold({ c_b: ['email:b'] })
  await level()
})

test('what is kept in Redis stays small', async () => {
  await start({ intervalMs: 50 })
  await sleep(4000)
  const jobs = (await redis.keys('bull:selfsame-jobs:repeat:*')).length
  expect(jobs).toBeGreaterThan(5)
  expect(jobs).toBeLessThan(60)
})

test('runNow does all there is at once, whatever the schedule', async () => {
  const jobs = await start({ intervalMs: 3_600_000 })
  await level()
  await customers.hold({ c_a: ['email:a'] })
  await customers.hold({ c_b: ['email:a', 'email:b'] })
  expect(await jobs.runNow()).toMatchObject({ customers: 1, formerCustomers: 1, more: false })
  expect((await reconcile({ graph, warehouseFile })).equal).toBe(true)
})

test('closed, it leaves soon and runs nothing more', async () => {
  const jobs = await start()
  await level()
  const before = Date.now()
  await jobs.close()
  expect(Date.now() - before).toBeLessThan(10_000)
  await customers.hold({ c_a: ['email:a'] })
  await sleep(1500)
  expect((await reconcile({ graph, warehouseFile })).equal).toBe(false)
})

test('no Redis is said at the start', async () => {
  const starting = startJobs({ redisUrl: 'redis://127.0.0.1:1', graph, warehouseFile, intervalMs: 1000, logger })
  await expect(starting).rejects.toMatchObject({ code: 'redis_unreachable', retriable: true })
}, 30_000)

async function start({ intervalMs = 300 }: { intervalMs?: number } = {}): Promise<Jobs> {
  const jobs = await startJobs({ redisUrl, graph, warehouseFile, intervalMs, logger })
  started.push(jobs)
  return jobs
}

/** Waits until the warehouse equals the graph, by whoever brings that about. */
function level(): Promise<void> {
  return until(async () => {
    const result = await reconcile({ graph, warehouseFile }).catch(() => undefined)
    return result?.equal === true && result.pending === 0
  })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not happen')
    await sleep(100)
  }
}

/** The most jobs that were active at once during so many milliseconds. */
async function sampleActive(milliseconds: number): Promise<number> {
  let most = 0
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(5)) {
    most = Math.max(most, await redis.llen('bull:selfsame-jobs:active'))
  }
  return most
}
