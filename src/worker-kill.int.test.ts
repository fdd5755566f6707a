import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sources } from '../ingest/sources/sources.ts'
import { understand } from '../ingest/understand.ts'
import { resolutionIn } from '../test/graph-state.ts'
import { emptyGraph, live } from '../test/live.ts'
import { everythingIn } from '../test/oracle/compare.ts'
import type { Config } from './config.ts'
import { generate } from './generator/generate.ts'
import type { Graph } from './graph/graph.ts'
import { addObservation, emptyEvidence } from './identity/evidence.ts'
import { resolve } from './identity/resolve.ts'
import { type Kafka, type KafkaProducer, openKafka } from './kafka.ts'
import { loadRules } from './rules.ts'
import { createLogger } from './telemetry.ts'
import { inboxFolder, waitingFiles } from './warehouse/events-inbox.ts'
import { queryWarehouse } from './warehouse/query.ts'
import { reconcile } from './warehouse/reconcile.ts'

const KILLS = Number(process.env.SELFSAME_KILLS ?? 20)
const SEED = Number(process.env.SELFSAME_SEED ?? Math.floor(Math.random() * 1e6))
const PEOPLE = 120
const ending = `kill-${process.pid}-${SEED}`
const topics = [...sources.keys()]

const folder = mkdtempSync(join(tmpdir(), 'selfsame-kill-'))
const config: Config = { ...live(), warehouse_file: join(folder, 'warehouse.duckdb'), kafka_group: ending }
let graph: Graph
let kafka: Kafka
let producer: KafkaProducer

beforeAll(async () => {
  graph = await emptyGraph(config)
  kafka = openKafka({ brokers: config.kafka_brokers, logger: createLogger({ process: 'test', level: 'silent' }) })
  await kafka.ensureTopics(topics.map((topic) => ({ topic: `${topic}-${ending}`, partitions: 2 })))
  producer = await kafka.producer()
})
afterAll(async () => {
  await producer.close()
  await kafka.close()
  await graph.close()
  rmSync(folder, { recursive: true, force: true })
})

test(`a worker killed ${KILLS} times while it works loses nothing and doubles nothing (seed ${SEED})`, async () => {
  const messages = [...generate({ people: PEOPLE, seed: SEED })]
  const wave = Math.ceil(messages.length / (KILLS + 1))
  let kills = 0
  while (kills < KILLS) {
    await send(messages.slice(kills * wave, (kills + 1) * wave))
    const worker = startWorker()
    // From before it has joined its group to after it has committed: any moment.
    await pause(300 + random(kills) * 5000)
    expect(worker.exitCode, 'it ended by itself').toBeNull()
    await kill(worker)
    kills += 1
  }
  await send(messages.slice(kills * wave))
  const last = startWorker()
  await until(async () => (await lag()) === 0)
  await until(async () => (await pending()) === 0)
  await stop(last)

  expect(kills).toBe(KILLS)
  await theGraphHoldsWhatWasSaid(messages)
  await theWarehouseHasEveryEventOnce(messages)
}, 900_000)

type Message = ReturnType<typeof generate> extends Iterable<infer M> ? M : never

async function theGraphHoldsWhatWasSaid(messages: readonly Message[]): Promise<void> {
  const rules = loadRules(config)
  const evidence = emptyEvidence()
  for (const message of messages) addObservation(evidence, observationOf(message).observation)
  expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(resolve(evidence, rules)))
}

async function theWarehouseHasEveryEventOnce(messages: readonly Message[]): Promise<void> {
  const events = new Set(messages.flatMap((message) => observationOf(message).event?.messageId ?? []))
  const stored = await queryWarehouse(
    { file: config.warehouse_file, sql: 'SELECT message_id FROM events' },
    async ({ rows }) => {
      const ids: string[] = []
      for await (const bunch of rows) ids.push(...bunch.map(([id]) => String(id)))
      return ids
    },
  )
  expect(stored.toSorted()).toEqual([...events].sort())
  expect(await reconcile({ graph, warehouseFile: config.warehouse_file })).toMatchObject({ equal: true, pending: 0 })
}

function observationOf({ topic, body }: Message) {
  const mapping = sources.get(topic)
  if (mapping === undefined) throw new Error(`no mapping for ${topic}`)
  const { policy } = loadRules(config)
  const read = understand(Buffer.from(JSON.stringify(body)), mapping, { policy, recordedAt: 0, now: Date.now() })
  if (read.kind !== 'understood') throw new Error(`the generator wrote what is no message: ${read.reason}`)
  return read
}

async function send(messages: readonly Message[]): Promise<void> {
  for (const [topic, part] of Map.groupBy(messages, (message) => message.topic)) {
    await producer.send(
      `${topic}-${ending}`,
      part.map(({ body }) => ({ value: JSON.stringify(body) })),
    )
  }
}

function startWorker(): ChildProcess {
  const script = join(import.meta.dirname, '..', 'test', 'worker-to-kill.ts')
  const env = {
    ...process.env,
    SELFSAME_WAREHOUSE_FILE: config.warehouse_file,
    SELFSAME_KAFKA_GROUP: config.kafka_group,
    SELFSAME_WORKER_PORT: '0',
    SELFSAME_BATCH_SIZE: '50',
    SELFSAME_PROJECTION_INTERVAL_MS: '1000',
    SELFSAME_LOG_LEVEL: 'error',
  }
  return spawn(process.execPath, [script, ending], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

function kill(child: ChildProcess): Promise<void> {
  return ended(child, 'SIGKILL')
}

function stop(child: ChildProcess): Promise<void> {
  return ended(child, 'SIGTERM')
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exited
}

async function lag(): Promise<number> {
  const lags = await kafka.lag(
    config.kafka_group,
    topics.map((topic) => `${topic}-${ending}`),
  )
  return lags.reduce((sum, each) => sum + each.lag, 0)
}

async function pending(): Promise<number> {
  const [row] = await graph.read<{ changed: number }>('warehouse/pending')
  return (row?.changed ?? 0) + waitingFiles(inboxFolder(config.warehouse_file)).length
}

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await pause(500)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** From 0 to 1, the same for the same seed. */
function random(step: number): number {
  const x = Math.sin(SEED + step * 7919) * 10_000
  return x - Math.floor(x)
}
