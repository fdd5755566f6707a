import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Graph } from '../../src/graph/graph.ts'
import { type Kafka, type KafkaConsumer, openKafka } from '../../src/kafka.ts'
import { createKey, revokeKey } from '../../src/keys/manage-keys.ts'
import { type Server, startServer } from '../../src/server.ts'
import { createLogger } from '../../src/telemetry.ts'
import { startWorker, type Worker } from '../../src/worker.ts'
import { ask, emptyGraph, live, shippedPolicy } from '../../test/live.ts'

const run = randomUUID().slice(0, 8)
const topicName = (topic: string) => `${run}-${topic}`
const EVERY = ['user_id', 'cookie', 'email', 'phone', 'device', 'record']

let graph: Graph
let server: Server
let worker: Worker
let kafka: Kafka
let reader: KafkaConsumer
let folder: string
const messages: { topic: string; value: Record<string, unknown> }[] = []

beforeAll(async () => {
  graph = await emptyGraph()
  folder = mkdtempSync(join(tmpdir(), 'http-ingest-'))
  const own = { kafka_group: run, warehouse_file: join(folder, 'w.duckdb'), worker_port: 0, port: 0 }
  const config = { ...live(), ...own, log_level: 'silent' } as const
  worker = await startWorker(config, { topicName, sessionTimeoutMs: 6000, warmUp: false })
  server = await startServer(config, { topicName })
  kafka = openKafka({ brokers: config.kafka_brokers, logger: createLogger({ process: 'test', level: 'error' }) })
  reader = await kafka.consume({
    group: `${run}-reader`,
    topics: [topicName('observations'), topicName('dead-letters')],
    onBatch: async ({ topic, messages: read, commit }) => {
      for (const { value } of read) messages.push({ topic, value: JSON.parse(String(value)) })
      await commit(String(BigInt(read.at(-1)?.offset ?? -1) + 1n))
    },
  })
})
afterAll(async () => {
  await server?.close()
  await worker?.stop()
  await reader?.stop()
  await kafka?.close()
  await graph?.close()
  rmSync(folder, { recursive: true })
})

async function keyFor(source: string, { kinds = EVERY, mayWait = true } = {}) {
  const grant = { use: 'write', name: 'test', source, kinds, mayWait } as const
  return await createKey({ graph, policy: shippedPolicy() }, grant)
}

interface Sent {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a test asked for it knows the shape of.
  readonly body: any
  readonly headers: Headers
}

async function post(path: string, secret: string | undefined, body: unknown, headers = {}): Promise<Sent> {
  const authorization = secret === undefined ? {} : { authorization: `Basic ${btoa(`${secret}:`)}` }
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization, ...headers },
    body: (isRaw ? body : JSON.stringify(body)) as string,
  })
  return { status: answer.status, body: await answer.json(), headers: answer.headers }
}

/** The messages of a source, or the dead letters, once there are so many. */
async function arrived(source: string, count: number, topic = 'observations'): Promise<Record<string, unknown>[]> {
  for (;;) {
    const found = messages.filter((each) => each.topic === topicName(topic) && each.value.source === source)
    if (found.length >= count) return found.map(({ value }) => value)
    await setTimeout(50)
  }
}

/** The other identifiers of the customer that an identifier belongs to. */
async function together(key: string, size: number): Promise<string[]> {
  for (;;) {
    const rows = await ask<{ key: string }>(
      graph,
      'MATCH (:Identifier {key: $key})-[:IDENTIFIES]->(:Customer)<-[:IDENTIFIES]-(other) RETURN other.key AS key ORDER BY key',
      { key },
    )
    if (rows.length >= size) return rows.map((row) => row.key)
    await setTimeout(100)
  }
}

const byType = (found: readonly Record<string, unknown>[]) =>
  found.map(({ event, type }) => (event as { name: string } | undefined)?.name ?? type).sort()

test('Segment’s Node library works unchanged', async () => {
  const { secret } = await keyFor('segment')
  const analytics = new Analytics({ writeKey: secret, host: server.url, flushAt: 3 })
  const failures: unknown[] = []
  analytics.on('error', (error) => failures.push(error))
  analytics.identify({ userId: 's1', anonymousId: 'ck-s1', traits: { email: 's1@mail.vn', name: 'An' } })
  analytics.track({ userId: 's1', event: 'Order Completed', properties: { total: 7 } })
  analytics.page({ anonymousId: 'ck-s1', name: 'Home' })
  analytics.screen({ userId: 's1', name: 'Cart' })
  analytics.group({ userId: 's1', groupId: 'g1', traits: { email: 'office@firm.vn' } })
  analytics.alias({ previousId: 's0', userId: 's1' })
  await analytics.closeAndFlush()
  expect(failures).toEqual([])
  const found = await arrived('segment', 6)
  expect(byType(found)).toEqual([
    'Group Joined',
    'Order Completed',
    'Page Viewed',
    'Screen Viewed',
    'identify',
    'identify',
  ])
  expect(await together('cookie:ck-s1', 4)).toEqual([
    ...['email:s1@mail.vn', 'record:segment:s1', 'user_id:segment:s0', 'user_id:segment:s1'],
  ])
})

test('RudderStack’s Node library works unchanged, which packs what it sends', async () => {
  const { secret } = await keyFor('rudder')
  const analytics = new RudderAnalytics(secret, { dataPlaneUrl: server.url, flushAt: 1, logLevel: 'error' })
  analytics.identify({ userId: 'r1', traits: { phone: '0912 345 671', name: 'Bình' } })
  analytics.track({ userId: 'r1', event: 'Order Completed', properties: { total: 7 } })
  analytics.page({ userId: 'r1', name: 'Home' })
  analytics.group({ userId: 'r1', groupId: 'g1' })
  analytics.alias({ previousId: 'r0', userId: 'r1' })
  await analytics.flush()
  expect(byType(await arrived('rudder', 5))).toEqual([
    ...['Group Joined', 'Order Completed', 'Page Viewed', 'identify', 'identify'],
  ])
  expect(await together('user_id:rudder:r1', 3)).toEqual([
    ...['phone:+84912345671', 'record:rudder:r1', 'user_id:rudder:r0'],
  ])
})

describe('a till that waits', () => {
  test('is told the customer of what it sent, also of one that is known', async () => {
    const { secret } = await keyFor('till')
    const sale = () => ({ userId: 't1', event: 'Sold', messageId: randomUUID(), timestamp: new Date().toISOString() })
    const first = await post('/v1/track?wait=true', secret, { ...sale(), context: { traits: { phone: '0912345679' } } })
    expect(first).toMatchObject({ status: 200, body: { accepted: 1, resolved: true, customer: /^c_/ } })
    const before = performance.now()
    const again = await post('/v1/track?wait=true', secret, sale())
    expect(again.body).toMatchObject({ resolved: true, customer: first.body.customer })
    expect(performance.now() - before).toBeLessThan(3000)
    const batch = await post('/v1/batch?wait=1', secret, {
      batch: [{ type: 'page' }, { type: 'page', userId: 't1' }, { type: 'page', anonymousId: 'ck-t2' }],
    })
    expect(batch.body.refused).toMatchObject([{ index: 0, reason: 'no_identifier' }])
    expect(batch.body.customers).toEqual([
      { index: 1, customer: first.body.customer },
      { index: 2, customer: expect.stringMatching(/^c_/) },
    ])
  })

  test('is told after a while that nobody knows yet, and the event is safe', async () => {
    const { secret } = await keyFor('unheard')
    const idle = await startServer(
      { ...live(), kafka_group: `${run}-nobody`, port: 0, log_level: 'silent' },
      { topicName },
    )
    try {
      const answer = await fetch(`${idle.url}/v1/page?wait=true`, {
        method: 'POST',
        body: JSON.stringify({ userId: 'n1', writeKey: secret }),
      })
      expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 1, resolved: false }])
    } finally {
      await idle.close()
    }
    await arrived('unheard', 1)
  })

  test('needs a key that may, and then nothing is taken', async () => {
    const { secret } = await keyFor('web-page', { mayWait: false })
    const { status, body } = await post('/v1/page?wait=true', secret, { userId: 'w1' })
    expect([status, body.code]).toEqual([403, 'wait_not_allowed'])
  })
})

test('the same event twice is one', async () => {
  const { secret } = await keyFor('twice')
  const event = { userId: 'd1', event: 'Sold', messageId: 'm1', timestamp: '2026-05-01T10:00:00Z' }
  for (const _ of [1, 2]) expect((await post('/v1/track', secret, event)).status).toBe(202)
  const [first, second] = await arrived('twice', 2)
  expect(second).toEqual(first)
  expect(first?.messageId).toBe('twice:m1')
})

test('a batch may be as large as it may be', async () => {
  const { secret } = await keyFor('large')
  const event = { type: 'track', event: 'X', properties: { text: 'x'.repeat(30_000) } }
  const batch = Array.from({ length: 16 }, (_, n) => ({ ...event, userId: `l${n}` }))
  expect((await post('/v1/batch', secret, { batch })).body.accepted).toBe(16)
  const packed = gzipSync(JSON.stringify({ batch }))
  expect((await post('/v1/batch', secret, packed, { 'content-encoding': 'gzip' })).body.accepted).toBe(16)
  await arrived('large', 32)
})

test('of a batch the good are taken, the bad kept as dead letters, and all is told without quoting it', async () => {
  const { secret, key } = await keyFor('mixed', { kinds: ['cookie'] })
  const { status, body } = await post('/v1/batch', secret, {
    batch: [
      { type: 'page', anonymousId: 'ck-m1', context: { traits: { email: 'secret@mail.vn' } } },
      { type: 'track', anonymousId: 'ck-m1', properties: { card: 'secret-card' } },
    ],
  })
  expect([status, body.accepted]).toEqual([202, 1])
  expect(body.leftOut).toEqual([{ reason: 'kind_not_allowed', kind: 'email', count: 1 }])
  expect(body.refused).toEqual([{ index: 1, reason: 'missing_field', field: '/event', remedy: expect.any(String) }])
  expect(JSON.stringify(body)).not.toContain('secret')
  const [letter] = await arrived('mixed', 1, 'dead-letters')
  expect(letter).toMatchObject({ door: 'http', endpoint: 'batch', key: key.id, reason: 'missing_field' })
  expect(String(Buffer.from(String(letter?.bytes), 'base64'))).toContain('secret-card')
  expect((await arrived('mixed', 1)).map(({ identifiers }) => identifiers)).toEqual([
    [{ kind: 'cookie', value: 'ck-m1' }],
  ])
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  expect(metrics).toMatch(/selfsame_http_events_total\{endpoint="batch",outcome="missing_field"\} \d/)
  expect(metrics).not.toContain('secret')
})

describe('a request is refused as a whole', () => {
  test('where nothing of it can be taken', async () => {
    const { secret } = await keyFor('bad')
    const { status, body } = await post('/v1/track', secret, { userId: 'b1' })
    expect([status, body.code, body.refused[0].field]).toEqual([400, 'invalid_events', '/event'])
  })

  test('without a write key in force', async () => {
    const { secret, key } = await keyFor('keys')
    const grant = { use: 'api', name: 'test', role: 'admin' } as const
    const api = await createKey({ graph, policy: shippedPolicy() }, grant)
    for (const wrong of [undefined, 'wk_nonsense', api.secret, `${secret.slice(0, -1)}_`]) {
      expect((await post('/v1/page', wrong, { userId: 'k1' })).status).toBe(401)
    }
    expect((await post('/v1/page', secret, { userId: 'k1' })).status).toBe(202)
    await revokeKey(graph, key.id)
    await setTimeout(5100)
    expect((await post('/v1/page', secret, { userId: 'k1' })).body.code).toBe('unauthorised')
  })

  test.each([
    ['no JSON', '{"batch": [an@mail.vn', {}, 400, 'malformed_json'],
    ['no batch', { events: [] }, {}, 400, 'not_a_batch'],
    ['too many', { batch: Array.from({ length: 2501 }, () => ({})) }, {}, 400, 'too_many_events'],
    ['too large', { batch: ['x'.repeat(512_001)] }, {}, 413, 'body_too_large'],
    ['too large unpacked', gzipSync(Buffer.alloc(600_000, ' ')), { 'content-encoding': 'gzip' }, 413, 'body_too_large'],
    ['a type that is none', '{}', { 'content-type': 'nonsense' }, 415, 'unknown_media_type'],
    ['packed unlike it says', '{}', { 'content-encoding': 'gzip' }, 400, 'malformed_gzip'],
  ])('%s', async (_, body, headers, status, code) => {
    const { secret } = await keyFor('shapes')
    const answer = await post('/v1/batch', secret, body, headers)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(JSON.stringify(answer.body)).not.toContain('mail.vn')
  })
})

describe('a page in a browser', () => {
  test('may send from anywhere, with the key in the body, as plain text, to short addresses', async () => {
    const { secret } = await keyFor('browser', { kinds: ['cookie'] })
    const preflight = await fetch(`${server.url}/v1/t`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
    const event = { type: 'track', event: 'Clicked', anonymousId: 'ck-b1', writeKey: secret }
    const { status, headers } = await post('/v1/t', undefined, event, { 'content-type': 'text/plain' })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([202, '*'])
    const batch = { writeKey: secret, batch: [event], sentAt: new Date().toISOString() }
    expect((await post('/v1/b', undefined, batch, { 'content-type': 'text/plain' })).status).toBe(202)
    expect(JSON.stringify(await arrived('browser', 2))).not.toContain(secret)
  })

  test('may not read the graph from anywhere', async () => {
    const { headers } = await post('/graphql', undefined, { query: '{ __typename }' })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('the routes are described', async () => {
  const document = await (await fetch(`${server.url}/openapi.json`)).json()
  for (const name of ['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch']) {
    const { post: route } = document.paths[`/v1/${name}`]
    expect(route.summary).toBeTruthy()
    expect(Object.keys(route.responses)).toEqual(['200', '202', '400', '401', '403', '413', '415', '503'])
  }
  expect(document.paths['/v1/t']).toBeUndefined()
})

test('while Kafka is away events are told to come again', async () => {
  const { secret } = await keyFor('away')
  const config = { ...live(), port: 0, log_level: 'silent', kafka_brokers: '127.0.0.1:1' } as const
  const lonely = await startServer(config, { topicName })
  try {
    const answer = await fetch(`${lonely.url}/v1/page`, {
      method: 'POST',
      body: JSON.stringify({ userId: 'a1', writeKey: secret }),
    })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.json()).toMatchObject({ success: false, code: 'unavailable' })
    expect((await fetch(`${lonely.url}/readyz`)).status).toBe(200)
  } finally {
    await lonely.close()
  }
})
