import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { type Logger, pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ChangingCustomers, changingCustomers } from '../../test/changing-customers.ts'
import { emptyGraph, live, wipe } from '../../test/live.ts'
import type { Graph } from '../graph/graph.ts'
import { withWarehouse } from '../warehouse/open-warehouse.ts'
import { reconcile } from '../warehouse/reconcile.ts'
import { QUEUE } from './schedule.ts'
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
  const begun = Date.now()
  await Promise.all([start({ intervalMs }), start({ intervalMs }), start({ intervalMs })])
  await customers.hold({ c_a: ['email:a'] })
  expect(await mostActiveUntil(() => runs() >= 9)).toBe(1)
  expect(runs()).toBeLessThanOrEqual((Date.now() - begun) / intervalMs + 2)
  await level()
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
  await until(async () => runs() >= 50)
  const jobs = (await redis.keys('bull:selfsame-jobs:repeat:*')).length
  expect(jobs).toBeGreaterThan(5)
  expect(jobs).toBeLessThan(30)
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
  const ran = runs()
  await takeRuns(3)
  expect(runs()).toBe(ran)
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

function runs(): number {
  return logged.filter(({ msg }) => msg === 'warehouse projected').length
}

/** Resolves when so many runs of the schedule fell to a worker of the test's own, which does nothing. */
async function takeRuns(count: number): Promise<void> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  let taken = 0
  const take = async () => {
    taken += 1
  }
  const worker = new Worker(QUEUE, take, { connection })
  try {
    await until(async () => taken >= count)
  } finally {
    await worker.close()
    connection.disconnect()
  }
}

/** The most jobs that were active at once until it holds. */
async function mostActiveUntil(holds: () => boolean): Promise<number> {
  let most = 0
  for (const deadline = Date.now() + 60_000; !holds(); await sleep(5)) {
    if (Date.now() > deadline) throw new Error('it did not happen')
    most = Math.max(most, await redis.llen('bull:selfsame-jobs:active'))
  }
  return most
}
