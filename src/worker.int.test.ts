import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyGraph, live } from '../test/live.ts'
import type { Graph } from './graph/graph.ts'
import { openKafka } from './kafka.ts'
import { createLogger } from './telemetry.ts'
import { startWorker, type Worker } from './worker.ts'

const run = randomUUID().slice(0, 8)
const topicName = (topic: string) => `${run}-${topic}`
let graph: Graph
let worker: Worker
let folder: string

beforeAll(async () => {
  graph = await emptyGraph()
  folder = mkdtempSync(join(tmpdir(), 'worker-'))
  const own = { kafka_group: run, warehouse_file: join(folder, 'warehouse.duckdb'), worker_port: 0 }
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

test('a worker lives, becomes ready, and counts what it reads without naming anybody', async () => {
  expect(worker.address).toContain('127.0.0.1')
  expect((await get('/livez')).status).toBe(200)
  while ((await get('/readyz')).status !== 200) await setTimeout(100)
  const kafka = openKafka({ brokers: live().kafka_brokers, logger: createLogger({ process: 'test', level: 'error' }) })
  const producer = await kafka.producer()
  const click = { id: 'w1', at: '2026-01-31T09:30:00Z', cookie: 'ck-secret', action: 'page_view' }
  await producer.send(topicName('web-click'), [{ value: JSON.stringify(click) }, { value: 'x' }])
  await producer.close()
  await kafka.close()
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
