import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask, emptyGraph, live } from '../../test/live.ts'
import type { Graph } from '../graph/graph.ts'
import { lockAlone } from '../graph/resolver-lock.ts'
import { type Kafka, type KafkaProducer, openKafka } from '../kafka.ts'
import { createLogger } from '../telemetry.ts'

const config = live()
const folder = mkdtempSync(join(tmpdir(), 'work-'))
const links = new Set<Socket>()
let graph: Graph
let kafka: Kafka
let producer: KafkaProducer
let link: Server
let worker: ChildProcess
let said: string

beforeAll(async () => {
  graph = await emptyGraph()
  kafka = openKafka({ brokers: config.kafka_brokers, logger: createLogger({ process: 'test', level: 'silent' }) })
  await kafka.ensureTopics([{ topic: 'observations', partitions: 6 }])
  producer = await kafka.producer()
  // Between the worker and the graph, to be cut.
  link = createServer((client) => {
    const server = connect(Number(new URL(config.neo4j_uri).port), '127.0.0.1')
    for (const socket of [client, server]) links.add(socket.on('error', () => socket.destroy()))
    client.pipe(server).pipe(client)
  })
  await new Promise<void>((resolve) => link.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  for (const socket of links) socket.destroy()
  link.close()
  await producer.close()
  await kafka.close()
  await graph.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  const { port } = link.address() as { port: number }
  const env = {
    ...process.env,
    ...{ SELFSAME_NEO4J_URI: `bolt://127.0.0.1:${port}`, SELFSAME_KAFKA_GROUP: `work-${randomUUID()}` },
    ...{ SELFSAME_WAREHOUSE_FILE: join(folder, `${randomUUID()}.duckdb`), SELFSAME_WORKER_PORT: '0' },
    ...{ SELFSAME_LOG_LEVEL: 'debug', SELFSAME_PROJECTION_INTERVAL_MS: '1000' },
  }
  worker = spawn(process.execPath, [join(import.meta.dirname, '..', 'cli.ts'), 'work'], { env })
  said = ''
  for (const stream of [worker.stdout, worker.stderr]) stream?.on('data', (chunk) => (said += chunk))
  return () => void worker.kill('SIGKILL')
})

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(100)
}

/** Told to stop three times, it leaves once. */
async function stopped(): Promise<{ status: number | null; took: number }> {
  const start = performance.now()
  const exited = once(worker, 'exit')
  for (let times = 0; times < 3; times += 1) {
    worker.kill('SIGTERM')
    await setTimeout(50)
  }
  const [status] = await exited
  return { status, took: performance.now() - start }
}

test('a worker that met every kind of trouble has named nobody in its log, and leaves in time when told so twice', async () => {
  const mark = 'secretive'
  const person = (n: number, more: object = {}) => ({
    ...{ messageId: `${mark}-m${n}`, source: 'crm', type: 'record', observedAt: '2026-01-31T09:30:00Z' },
    identifiers: [{ kind: 'cookie', value: `${mark}-cookie-${n}` }],
    record: {
      id: `${mark}-${n}`,
      traits: { name: `${mark} Nguyen`, email: `${mark}${n}@mail.vn`, phone: '0912345678' },
    },
    ...more,
  })
  const troubles = [
    `{"${mark}": `,
    JSON.stringify(person(1, { identifiers: [{ kind: `${mark}-kind`, value: mark }] })),
    JSON.stringify(person(2, { source: `${mark}:${mark}` })),
    JSON.stringify(person(3, { observedAt: `${mark}` })),
    JSON.stringify(person(4, { record: { id: ` ${mark} `, traits: {} } })),
    JSON.stringify(person(5, { identifiers: [{ kind: 'phone', value: `${mark} 12` }] })),
    `${mark}`.repeat(20_000),
  ]
  const tell = (values: string[]) =>
    producer.send(
      'observations',
      values.map((value) => ({ value })),
    )
  const known = () => ask(graph, 'MATCH (c:Cookie) WHERE c.key CONTAINS $mark RETURN c.key', { mark })
  await tell([JSON.stringify(person(10)), ...troubles])
  await until(async () => (await known()).length > 0)
  for (const socket of links) socket.destroy()
  await tell([11, 12, 13].map((n) => JSON.stringify(person(n))))
  await until(async () => (await known()).length >= 4)
  await until(() => said.includes('warehouse projected'))
  const { status, took } = await stopped()
  expect([status, took < 10_000]).toEqual([0, true])
  expect(said).toContain('reading')
  for (const part of [mark, '912345678', 'Nguyen', 'mail.vn']) expect(said).not.toContain(part)
})

test('told to stop while it starts and the store hangs, it leaves in time', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const holding = graph.write(async (tx) => {
    await lockAlone(tx)
    held.resolve()
    await released
  })
  await held.promise
  // Long enough to be warming up, which waits for the lock.
  await setTimeout(4000)
  const { status, took } = await stopped()
  release()
  await holding
  expect([status, took < 10_000]).toEqual([0, true])
  expect(said).not.toContain('reading')
})
