import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyGraph, live } from '../test/live.ts'
import type { Graph } from './graph/graph.ts'
import { openKafka } from './kafka.ts'
import { createLogger } from './telemetry.ts'
import { withWarehouse } from './warehouse/open-warehouse.ts'
import { startWorker, type Worker } from './worker.ts'

const run = randomUUID().slice(0, 8)
const topicName = (topic: string) => `${run}-${topic}`
let graph: Graph
let worker: Worker
let folder: string
let file: string

beforeAll(async () => {
  graph = await emptyGraph()
  folder = mkdtempSync(join(tmpdir(), 'worker-'))
  file = join(folder, 'warehouse.duckdb')
  const own = { kafka_group: run, warehouse_file: file, worker_port: 0, projection_interval_ms: 300 }
  worker = await startWorker({ ...live(), ...own, log_level: 'error' }, { topicName, sessionTimeoutMs: 6000 })
})
afterAll(async () => {
  await worker.stop()
  await graph.close()
  rmSync(folder, { recursive: true })
})

const get = async (path: string) => {
  const answer = await fetch(`${worker.address}${path}`)
  return { status: answer.status, text: await answer.text() }
}

async function send(...clicks: unknown[]): Promise<void> {
  const kafka = openKafka({ brokers: live().kafka_brokers, logger: createLogger({ process: 'test', level: 'error' }) })
  const producer = await kafka.producer()
  await producer.send(
    topicName('web-click'),
    clicks.map((click) => ({ value: typeof click === 'string' ? click : JSON.stringify(click) })),
  )
  await producer.close()
  await kafka.close()
}

test('a worker lives, becomes ready, and counts what it reads without naming anybody', async () => {
  expect(worker.address).toContain('127.0.0.1')
  expect((await get('/livez')).status).toBe(200)
  while ((await get('/readyz')).status !== 200) await setTimeout(100)
  const click = { id: 'w1', at: '2026-01-31T09:30:00Z', cookie: 'ck-secret', action: 'page_view' }
  await send(click, 'x')
  const counted = 'selfsame_events_total{outcome="applied",topic="web-click"} 1'
  let text = ''
  while (!text.includes(counted) || !text.includes('malformed_json')) {
    await setTimeout(100)
    text = (await get('/metrics')).text
  }
  expect(text).toContain('selfsame_dead_letters_total{reason="malformed_json"} 1')
  expect(text).toMatch(/selfsame_batch_seconds_count\{step="commit"\} [12]/)
  expect(text).not.toContain('ck-secret')
})

test('asked to stop, it takes no further batch while a projection is still under way', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  let held: Promise<void> | undefined
  await new Promise<void>((holds) => {
    held = withWarehouse({ file }, () => {
      holds()
      return released
    })
  })
  try {
    await send({ id: 'w2', at: '2026-01-31T09:31:00Z', cookie: 'ck-2', action: 'page_view' })
    await untilProjectionWaits()
    const stopped = worker.stop()
    expect(await get('/readyz')).toMatchObject({ status: 503, text: expect.stringContaining('consumer group') })
    release()
    await stopped
    await expect(get('/livez')).rejects.toThrow()
  } finally {
    release()
    await held
  }
})

/** One job stays the one that is active: those with nothing to wait for end within milliseconds. */
async function untilProjectionWaits(): Promise<void> {
  const redis = new Redis(live().redis_url)
  try {
    for (let before: string | undefined; ; ) {
      const [active] = await redis.lrange('bull:selfsame-jobs:active', 0, 0)
      if (active !== undefined && active === before) return
      before = active
      await setTimeout(500)
    }
  } finally {
    redis.disconnect()
  }
}
