import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SelfsameError } from '../src/errors.ts'
import type { Graph } from '../src/graph/graph.ts'
import { type Kafka, type KafkaProducer, openKafka } from '../src/kafka.ts'
import { createResolver } from '../src/resolver/resolver.ts'
import { createLogger, createMetrics } from '../src/telemetry.ts'
import { ask, emptyGraph, live, rules as rulesOf, wipe } from '../test/live.ts'
import { type ObservationConsumer, startConsumer } from './consumer.ts'
import { DEAD_LETTERS } from './dead-letters.ts'
import { openEventInbox } from './event-inbox.ts'
import { sources } from './sources/sources.ts'

const logger = createLogger({ process: 'test', level: 'error' })
const rules = rulesOf()
let graph: Graph
let kafka: Kafka
let producer: KafkaProducer
let folder: string
let run: string
let running: ObservationConsumer[]
let metrics: ReturnType<typeof createMetrics>

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
  // Topics and a group of this test alone.
  run = randomUUID().slice(0, 8)
  running = []
  metrics = createMetrics()
})
afterEach(async () => {
  for (const consumer of running) await consumer.stop()
  rmSync(folder, { recursive: true })
})

const topicName = (topic: string) => `${run}-${topic}`

const dependencies = () => ({
  ...{ kafka, graph, metrics, logger, topicName, policy: rules.policy, batchSize: 100, knownFacts: 1000 },
  ...{ resolver: createResolver({ graph, rules }), inbox: openEventInbox(folder) },
  ...{ group: `group-${run}`, sessionTimeoutMs: 6000 },
})

async function start(batchSize = 100): Promise<ObservationConsumer> {
  const consumer = await startConsumer({ ...dependencies(), batchSize })
  running.push(consumer)
  return consumer
}

async function stop(consumer: ObservationConsumer): Promise<void> {
  running = running.filter((each) => each !== consumer)
  await consumer.stop()
}

/** Resolves when the group has committed everything that stands in the topics. */
async function untilRead(): Promise<void> {
  const topics = [...sources.keys()].map(topicName)
  for (;;) {
    const lags = await kafka.lag(`group-${run}`, topics)
    if (lags.length > 0 && lags.every(({ lag }) => lag === 0)) return
    await setTimeout(100)
  }
}

interface Letter {
  readonly reason: string
  readonly field?: string
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly time: string
  readonly bytes?: string | null
  readonly sha256?: string
  readonly length?: number
}

/** What stands in a topic, read by another group as soon as so much stands there. */
async function standingIn(topic: string, expected: number): Promise<string[]> {
  const values: string[] = []
  const reader = await kafka.consume({
    group: `reader-${randomUUID()}`,
    topics: [topicName(topic)],
    onBatch: async ({ messages, commit }) => {
      for (const { value } of messages) values.push(String(value))
      await commit(String(Number(messages.at(-1)?.offset) + 1))
    },
  })
  try {
    while (values.length < expected) await setTimeout(50)
  } finally {
    await reader.stop()
  }
  return values
}

async function deadLetters(expected: number): Promise<Letter[]> {
  return (await standingIn(DEAD_LETTERS, expected)).map((value) => JSON.parse(value))
}

const keys = async () =>
  (await ask<{ key: string }>(graph, 'MATCH (i:Identifier) RETURN i.key AS key ORDER BY key')).map(({ key }) => key)
const customers = async () =>
  (await ask<{ id: string }>(graph, 'MATCH (c:Customer) RETURN c.id AS id ORDER BY id')).map(({ id }) => id)
const staged = () =>
  readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  )

let serial = 0
function observation(identifiers: unknown, more: object = {}): string {
  serial += 1
  const base = { messageId: `m${serial}`, source: 'web', type: 'identify', observedAt: '2026-01-31T09:30:00Z' }
  return JSON.stringify({ ...base, identifiers, ...more })
}
const login = (n: number) =>
  observation([
    { kind: 'cookie', value: `ck-${n}` },
    { kind: 'email', value: `an${n}@mail.vn` },
  ])
const cookie = (value: unknown) => [{ kind: 'cookie', value }]

describe('malformed messages among good ones', () => {
  const long = Buffer.alloc(5 * 1024 * 1024, 'x')
  const malformed: readonly (readonly [string, string | Buffer])[] = [
    ['malformed_json', '{"messageId": "m'],
    ['not_utf8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['too_large', long],
    ['too_large', observation(cookie('x'.repeat(40_000)))],
    ['too_deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['wrong_type', observation('none')],
    ['missing_field', '{}'],
    ['wrong_value', observation([], { type: 'merge' })],
    ['unknown_kind', observation([{ kind: 'fax', value: '1' }])],
    ['no_identifier', observation(cookie('\ud83d'))],
    ['too_many_identifiers', observation(Array.from({ length: 1000 }, (_, n) => ({ kind: 'cookie', value: `${n}` })))],
    ['impossible_date', observation(cookie('a'), { observedAt: '2026-02-30T00:00:00Z' })],
    ['observed_in_the_future', observation(cookie('a'), { observedAt: '2126-01-01T00:00:00Z' })],
    ['bad_source', observation(cookie('a'), { source: 'a:b' })],
    ['empty', ''],
  ]

  test('none stops the stream, none is lost, each is counted', async () => {
    const consumer = await start(7)
    const messages = malformed.flatMap(([, value], index) => [{ value: login(index) }, { value }])
    await producer.send(topicName('observations'), [...messages, { value: login(99) }])
    await untilRead()

    const letters = await deadLetters(malformed.length)
    expect(letters.map(({ reason }) => reason).sort()).toEqual(malformed.map(([reason]) => reason).sort())
    for (const [reason, value] of malformed) {
      const bytes = Buffer.from(value)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const whole = bytes.length <= 256 * 1024
      expect(letters).toContainEqual(
        expect.objectContaining({
          ...{ reason, topic: topicName('observations'), partition: expect.any(Number), time: expect.any(String) },
          ...(whole ? { bytes: bytes.toString('base64') } : { sha256, length: bytes.length }),
        }),
      )
    }

    const good = [...malformed.keys(), 99].flatMap((n) => [`cookie:ck-${n}`, `email:an${n}@mail.vn`])
    expect(await keys()).toEqual(good.toSorted())
    expect(await customers()).toHaveLength(malformed.length + 1)
    const count = await metrics.events.get()
    const counted = Object.fromEntries(count.values.map(({ labels, value }) => [labels.outcome, value]))
    expect(counted).toEqual({ applied: malformed.length + 1, dead_letter: malformed.length })
    expect(consumer.trouble()).toBeUndefined()
  })

  test('of every source: the field that is wrong is named', async () => {
    await start()
    await producer.send(topicName('pos-sale'), [{ value: '{"saleId": 1}' }])
    await producer.send(topicName('crm-contact'), [
      { value: JSON.stringify({ changeId: 'c', changedAt: 'x', contactId: 1 }) },
    ])
    const letters = await deadLetters(2)
    expect(letters.map(({ reason, field }) => [reason, field]).sort()).toEqual([
      ['missing_field', '/soldAt'],
      ['wrong_type', '/contactId'],
    ])
  })
})

describe('the four sources', () => {
  test('tell one customer together, and what they sold is staged', async () => {
    await start()
    const at = '2026-01-31T09:30:00Z'
    await producer.send(topicName('web-click'), [
      { value: JSON.stringify({ id: 'w1', at, cookie: 'ck-1', action: 'login', email: 'an@mail.vn' }) },
    ])
    const sale = {
      saleId: 's1',
      soldAt: at,
      store: 'pos-7',
      account: 'pos-7-1a',
      phone: '0912 345 671',
      total: 5,
      currency: 'VND',
    }
    await producer.send(topicName('pos-sale'), [{ value: JSON.stringify({ ...sale, loyaltyCard: 'VN001' }) }])
    await producer.send(topicName('crm-contact'), [
      {
        value: JSON.stringify({
          changeId: 'c1',
          changedAt: at,
          contactId: '1001',
          email: 'AN@mail.vn',
          phone: '+84912345671',
        }),
      },
    ])
    await producer.send(topicName('loyalty-card'), [
      { value: JSON.stringify({ changeId: 'l1', changedAt: at, cardNumber: 'VN001', holder: { name: 'An' } }) },
    ])
    await untilRead()
    expect(await keys()).toEqual([
      ...['cookie:ck-1', 'crm_contact:crm:1001', 'email:an@mail.vn', 'loyalty_card:VN001', 'phone:+84912345671'],
      'pos_account:pos:pos-7-1a',
    ])
    expect(await customers()).toHaveLength(1)
    expect(
      staged()
        .map(({ name, kind, value }) => [name, kind, value])
        .sort(),
    ).toEqual([
      ['Order Completed', 'pos_account', 'pos:pos-7-1a'],
      ['Signed In', 'email', 'an@mail.vn'],
    ])
  })
})

test('a consumer that cannot begin closes what it opened', async () => {
  const refusal = new SelfsameError('kafka_unreachable', 'no group today')
  let open = 0
  const failing: Kafka = {
    ...kafka,
    consume: () => Promise.reject(refusal),
    async producer() {
      const opened = await kafka.producer()
      open += 1
      return { ...opened, close: () => opened.close().finally(() => (open -= 1)) }
    },
  }
  await expect(startConsumer({ ...dependencies(), kafka: failing })).rejects.toBe(refusal)
  expect(open).toBe(0)
})

describe('where reading goes on', () => {
  const offsets = () =>
    ask<{ topic: string; offset: number }>(
      graph,
      'MATCH (o:IngestOffset) WHERE o.offset > 0 RETURN o.topic AS topic, o.offset AS offset',
    )

  test('after a stop at what was not read yet, and the graph knows it too', async () => {
    const first = await start()
    await producer.send(topicName('observations'), [
      { key: 'k', value: login(1) },
      { key: 'k', value: 'x' },
    ])
    await untilRead()
    const begun = performance.now()
    await stop(first)
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(await offsets()).toEqual([{ topic: topicName('observations'), offset: 2 }])

    await producer.send(topicName('observations'), [{ key: 'k', value: login(2) }])
    expect(await standingIn('observations', 3), 'others read on').toHaveLength(3)
    expect(await keys(), 'nothing is read after a stop').toEqual(['cookie:ck-1', 'email:an1@mail.vn'])

    await start()
    await untilRead()
    expect(await keys()).toHaveLength(4)
    expect(await offsets()).toEqual([{ topic: topicName('observations'), offset: 3 }])
    expect(await deadLetters(1), 'what was ended before is not read again').toHaveLength(1)
  })

  test('in a graph that has lost what the group had read: at the beginning, to the same customers', async () => {
    const first = await start()
    await producer.send(
      topicName('observations'),
      [1, 2, 3].map((n) => ({ value: login(n) })),
    )
    await untilRead()
    const before = await customers()
    await stop(first)
    await wipe(graph)
    await start()
    while ((await customers()).length < before.length) await setTimeout(100)
    expect(await customers()).toEqual(before)
  })

  test('of two consumers each message is one’s, and together they read all', async () => {
    await start(10)
    await start(10)
    const numbers = Array.from({ length: 300 }, (_, n) => n)
    await producer.send(
      topicName('observations'),
      numbers.map((n) => ({ key: `k${n}`, value: login(n) })),
    )
    await untilRead()
    expect(await customers()).toHaveLength(300)
  })
})
