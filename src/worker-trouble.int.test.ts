import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { wireTo } from '../test/cut-off.ts'
import { ask, emptyGraph, live, wipe } from '../test/live.ts'
import type { Graph } from './graph/graph.ts'
import { lockAlone } from './graph/resolver-lock.ts'
import { type Kafka, type KafkaProducer, openKafka } from './kafka.ts'
import { createLogger } from './telemetry.ts'
import { startWorker, type Worker } from './worker.ts'

// The worker reaches the graph and Kafka by wires that can be cut.
const config = live()
const toGraph = wireTo(Number(new URL(config.neo4j_uri).port))
const toKafka = wireTo(Number(config.kafka_brokers.split(':')[1]))
const folder = mkdtempSync(join(tmpdir(), 'worker-'))
let run: string
let worker: Worker
let graph: Graph
let kafka: Kafka
let producer: KafkaProducer

beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(async () => {
  await graph.close()
  rmSync(folder, { recursive: true })
})
beforeEach(async () => {
  await wipe(graph)
  run = randomUUID().slice(0, 8)
  kafka = openKafka({ brokers: config.kafka_brokers, logger: createLogger({ process: 'test', level: 'silent' }) })
  worker = await start()
  producer = await kafka.producer()
  return async () => {
    toGraph.heal()
    toKafka.heal()
    await worker.stop()
    await producer.close()
    await kafka.close()
  }
})

const topicName = (topic: string) => `${run}-${topic}`
const start = () =>
  startWorker(
    {
      ...{ ...config, kafka_group: run, warehouse_file: join(folder, `${run}.duckdb`), worker_port: 0 },
      ...{ log_level: 'silent', projection_interval_ms: 1000 },
    },
    { topicName, sessionTimeoutMs: 6000, warmUp: false },
  )

const tell = (...numbers: number[]) =>
  producer.send(
    topicName('web-click'),
    numbers.map((n) => ({
      value: JSON.stringify({ id: `w${n}`, at: '2026-01-31T09:30:00Z', cookie: `ck-${n}`, action: 'page_view' }),
    })),
  )
const cookies = async () => (await ask(graph, 'MATCH (c:Cookie) RETURN c.key AS key')).length
const metric = async (name: string) => {
  const text = await (await fetch(`${worker.address}/metrics`)).text()
  return text.split('\n').flatMap((line) => (line.startsWith(name) ? Number(line.split(' ').at(-1)) : []))
}
const ready = async () => {
  const answer = await fetch(`${worker.address}/readyz`)
  return { status: answer.status, ...((await answer.json()) as { reason?: string }) }
}
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(50)
}
async function stopsInTime(): Promise<void> {
  const begun = performance.now()
  await Promise.all([worker.stop(), worker.stop()])
  expect(performance.now() - begun).toBeLessThan(10_000)
}

test('while the graph is away nothing is lost: the age of what waits grows, and it goes on when the graph is back', async () => {
  await until(async () => (await ready()).status === 200)
  toGraph.cut()
  await tell(1, 2, 3)
  await until(async () => Number((await metric('selfsame_oldest_uncommitted_seconds'))[0]) > 1)
  expect(await ready()).toMatchObject({ status: 503, reason: 'the graph cannot be reached' })
  expect(await metric('selfsame_retries_total{step="look",code="graph_unreachable"}')).toEqual([expect.any(Number)])
  toGraph.heal()
  await until(async () => (await cookies()) === 3)
  await until(async () => (await metric('selfsame_oldest_uncommitted_seconds'))[0] === 0)
  await until(async () => (await ready()).status === 200)
})

test('while Kafka is away it says so, and goes on when Kafka is back', async () => {
  await tell(1)
  await until(async () => (await cookies()) === 1)
  toKafka.cut()
  await until(async () => (await ready()).status === 503)
  toKafka.heal()
  await until(async () => {
    await tell(2).catch(() => undefined)
    return (await cookies()) === 2
  })
  await until(async () => (await ready()).status === 200)
})

test('it stops in time while the graph is away', async () => {
  // Before, nothing waits: where to read on is asked of the graph.
  await until(async () => (await ready()).status === 200)
  toGraph.cut()
  await tell(1, 2, 3)
  await until(async () => Number((await metric('selfsame_waiting_messages'))[0]) === 3)
  await stopsInTime()
})

test('it stops in time while Kafka is away', async () => {
  await tell(1)
  await until(async () => (await cookies()) === 1)
  toKafka.cut()
  await stopsInTime()
})

test('it stops in time while a batch waits for the store, and what it had not committed comes again', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const locked = Promise.withResolvers<void>()
  const holding = graph.write(async (tx) => {
    await lockAlone(tx)
    locked.resolve()
    await released
  })
  await locked.promise
  await tell(1, 2, 3)
  await until(async () => Number((await metric('selfsame_waiting_messages'))[0]) === 3)
  await stopsInTime()
  release()
  await holding
  worker = await start()
  await until(async () => (await cookies()) === 3)
})
