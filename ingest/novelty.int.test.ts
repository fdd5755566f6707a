import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withdraw } from '../src/commands/withdraw.ts'
import type { Graph } from '../src/graph/graph.ts'
import { type Kafka, type KafkaProducer, openKafka } from '../src/kafka.ts'
import { createResolver } from '../src/resolver/resolver.ts'
import { createLogger, createMetrics } from '../src/telemetry.ts'
import { ask, emptyGraph, live, rules as rulesOf, wipe } from '../test/live.ts'
import { event } from '../test/told.ts'
import { type ObservationConsumer, startConsumer } from './consumer.ts'
import { openEventInbox } from './event-inbox.ts'
import { sources } from './sources/sources.ts'

const logger = createLogger({ process: 'test', level: 'error' })
const rules = rulesOf()
let graph: Graph
let kafka: Kafka
let producer: KafkaProducer
let folder: string
let run: string
let metrics: ReturnType<typeof createMetrics>
let consumer: ObservationConsumer

beforeAll(async () => {
  graph = await emptyGraph()
  kafka = openKafka({ brokers: live().kafka_brokers, logger })
  producer = await kafka.producer()
})
afterAll(async () => {
  await producer.close()
  await kafka.close()
  await graph.close()
})
beforeEach(async () => {
  await wipe(graph)
  folder = mkdtempSync(join(tmpdir(), 'inbox-'))
  run = randomUUID().slice(0, 8)
  metrics = createMetrics()
  consumer = await start()
})
afterEach(async () => {
  await consumer.stop()
  rmSync(folder, { recursive: true })
})

const topicName = (topic: string) => `${run}-${topic}`
const start = (group = `group-${run}`, client = kafka) =>
  startConsumer({
    kafka: client,
    ...{ graph, metrics, logger, topicName, policy: rules.policy, batchSize: 100, knownFacts: 1000, group },
    ...{ resolver: createResolver({ graph, rules }), inbox: openEventInbox(folder), sessionTimeoutMs: 6000 },
  })

let serial = 0
const login = (n: number) => {
  serial += 1
  const identifiers = [
    { kind: 'cookie', value: `ck-${n}` },
    { kind: 'email', value: `an${n}@mail.vn` },
  ]
  const base = { messageId: `m${serial}`, source: 'web', type: 'identify', observedAt: '2026-01-31T09:30:00Z' }
  return { key: `k${n}`, value: JSON.stringify({ ...base, identifiers }) }
}
const people = [1, 2, 3, 4, 5, 6, 7, 8]
const tell = (numbers: readonly number[]) => producer.send(topicName('observations'), numbers.map(login))

/** Resolves when the group has committed everything that stands in the topics. */
async function untilRead(group = `group-${run}`): Promise<void> {
  for (;;) {
    const lags = await kafka.lag(group, [...sources.keys()].map(topicName))
    if (lags.length > 0 && lags.every(({ lag }) => lag === 0)) return
    await setTimeout(100)
  }
}

const customers = async () =>
  (await ask<{ id: string }>(graph, 'MATCH (c:Customer) RETURN c.id AS id ORDER BY id')).map(({ id }) => id)
const sum = async (metric: 'events' | 'filterDrops' | 'wentBack' | 'batchSize', labels: object = {}) => {
  const { values } = await metrics[metric].get()
  const counted = values.filter(
    (each) =>
      (!('metricName' in each) || String(each.metricName).endsWith('_count')) &&
      Object.entries(labels).every(([name, value]) => (each.labels as Record<string, unknown>)[name] === value),
  )
  return counted.reduce((total, { value }) => total + value, 0)
}
const transactions = () => sum('batchSize')

test('what is told again ends as unchanged, and the graph is not asked to commit it', async () => {
  await tell(people)
  await untilRead()
  const before = await transactions()
  await tell(people)
  await untilRead()
  expect(await transactions()).toBe(before)
  expect(await sum('events', { outcome: 'unchanged' })).toBe(people.length)
  expect(await sum('events', { outcome: 'applied' })).toBe(people.length)
})

test('a withdrawal reaches the filter of every worker: what is told again goes to the graph again', async () => {
  await tell(people)
  await untilRead()
  const decided = { by: 'steward', reason: 'test', at: Date.now(), verdict: 'withdrawn' as const }
  await withdraw({ graph, resolver: createResolver({ graph, rules }) }, { source: 'web' }, decided)
  const before = await transactions()
  await tell(people)
  await untilRead()
  expect(await sum('filterDrops', { reason: 'epoch' })).toBe(1)
  expect(await transactions()).toBeGreaterThan(before)
  expect(await customers()).toEqual([])
})

describe('a graph restored from an older backup while a worker goes on', () => {
  const offsets = () =>
    ask<{ key: string; cluster: string; topic: string; partition: number; offset: number }>(
      graph,
      'MATCH (o:IngestOffset) RETURN o.key AS key, o.cluster AS cluster, o.topic AS topic, o.partition AS partition, o.offset AS offset',
    )
  const restored = async (backup: Awaited<ReturnType<typeof offsets>>, numbers: readonly number[]) => {
    await wipe(graph)
    const observations = numbers.map((n) => {
      const { identifiers } = JSON.parse(login(n).value)
      const named = identifiers.map(({ kind, value }: Record<string, string>) => ({
        key: `${kind}:${value}`,
        kind,
        value,
      }))
      return event({ type: 'identify', observedAt: Date.UTC(2026, 0, 31, 9, 30), identifiers: named })
    })
    const resumed = backup.map(({ cluster, topic, partition, offset }) => ({
      cluster,
      topic,
      partition,
      offset: `${offset}`,
    }))
    await createResolver({ graph, rules }).apply({ observations, offsets: resumed })
  }

  test('is read again from where it stands, though nothing new comes in', async () => {
    await tell(people.slice(0, 4))
    await untilRead()
    const backup = await offsets()
    await tell(people.slice(4))
    await untilRead()
    const all = await customers()
    expect(all).toHaveLength(8)
    await restored(backup, people.slice(0, 4))
    while ((await customers()).length < 8) await setTimeout(100)
    expect(await customers()).toEqual(all)
    expect(await sum('wentBack')).toBeGreaterThanOrEqual(1)
  })

  test('never takes an offset past what it lost, whoever writes first', async () => {
    await tell(people)
    await untilRead()
    const all = await customers()
    // Known to the filter, new to the graph.
    const emptied = wipe(graph)
    for (let n = 0; n < 5; n += 1) await tell([...people, 20 + n])
    await emptied
    while ((await customers()).length < 13) await setTimeout(100)
    expect(await customers()).toEqual(expect.arrayContaining(all))
    await untilRead()
    for (const { topic, partition, offset } of await offsets()) {
      expect(offset, `${topic}/${partition}`).toBeGreaterThanOrEqual(0)
    }
  })

  test('a transaction that expects another position commits nothing', async () => {
    const resolver = createResolver({ graph, rules })
    const offset = { cluster: 'c', topic: 't', partition: 0, offset: '20' }
    const behind = resolver.apply({ observations: [event()], offsets: [{ ...offset, notBefore: '10' }] })
    await expect(behind).rejects.toMatchObject({ code: 'graph_went_back', retriable: false })
    expect(await ask(graph, 'MATCH (i:Identifier) RETURN i.key AS key')).toEqual([])
    await resolver.apply({ observations: [], offsets: [{ ...offset, offset: '10', notBefore: '0' }] })
    await resolver.apply({ observations: [event()], offsets: [{ ...offset, notBefore: '10' }] })
    expect(await customers()).toHaveLength(1)
  })
})

test('all of it read again from the beginning by another group changes nothing', async () => {
  await tell(people)
  await untilRead()
  const before = await customers()
  await consumer.stop()
  metrics = createMetrics()
  consumer = await start(`again-${run}`)
  await untilRead(`again-${run}`)
  expect(await customers()).toEqual(before)
  expect(await sum('events', { outcome: 'unchanged' })).toBe(people.length)
})

test('a topic made anew is read from its beginning, though the graph knows a later offset of its name', async () => {
  await tell(people)
  await untilRead()
  const before = await customers()
  await consumer.stop()
  await deleteTopic(topicName('observations'))
  // As after a new start: the client asks for ever for topics that it knew.
  const fresh = openKafka({ brokers: live().kafka_brokers, logger })
  consumer = await start(`group-${run}`, fresh)
  const others = await fresh.producer()
  await others.send(topicName('observations'), [8, 9].map(login))
  while ((await customers()).length < 9) await setTimeout(100)
  expect(await customers()).toEqual(expect.arrayContaining(before))
  await others.close()
  await consumer.stop()
  await fresh.close()
})

/** The house deletes no topics: its client is asked directly. */
async function deleteTopic(topic: string): Promise<void> {
  const { Kafka: Client, logLevel } = createRequire(import.meta.url)('kafkajs')
  const brokers = live().kafka_brokers.split(',')
  const admin = new Client({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [topic] })
  while ((await admin.listTopics()).includes(topic)) await setTimeout(100)
  await admin.disconnect()
}
