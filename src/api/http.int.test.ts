import { connect, createServer, type Server, type Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ApiUnderTest,
  apiOver,
  SMALL_WORLD,
  SMALL_WORLD_IDS,
  testKeys,
  trusting,
} from '../../test/api-under-test.ts'
import { ask, live, rules } from '../../test/live.ts'
import { openGraph } from '../graph/graph.ts'
import { createPolicy } from '../identity/policy.ts'
import { createLogger, createMetrics } from '../telemetry.ts'
import { buildApp } from './app.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS })
})
afterAll(async () => await api?.close())

const post = (payload: unknown, headers: Record<string, string> = {}) =>
  api.app.inject({ method: 'POST', url: '/graphql', payload: payload as object, headers })

describe('what is not answered', () => {
  it('several questions at once', async () => {
    expect((await post([{ query: '{ __typename }' }, { query: '{ __typename }' }])).statusCode).toBe(400)
  })

  it('a question of more than 1,000 tokens', async () => {
    const { statusCode, body } = await post({ query: `{ ${'customers { id } '.repeat(300)} }` })
    expect(statusCode).toBe(400)
    expect(body).toContain('1000 tokens')
  })

  it('forms and plain text, which any web page may send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const { statusCode, body } = await post('{"query":"{ customers { id } }"}', { 'content-type': type })
      expect(statusCode).toBeGreaterThanOrEqual(400)
      expect(body).not.toContain(SMALL_WORLD_IDS.a)
    }
  })

  it('a question in an address; a browser is shown GraphiQL', async () => {
    const { statusCode, headers } = await api.app.inject({ url: '/graphql?query={customers{id}}' })
    expect([statusCode, headers.location]).toEqual([303, '/graphiql'])
  })

  it('a page of another name that resolves to this machine', async () => {
    const { statusCode, body } = await post({ query: '{ customers { id } }' }, { host: 'evil.example:4000' })
    expect(statusCode).toBe(403)
    expect(body).not.toContain(SMALL_WORLD_IDS.a)
    expect(body).toContain('SELFSAME_ALLOWED_HOSTS')
    for (const host of ['localhost:4000', '127.0.0.1', '[::1]:4000']) {
      expect((await post({ query: '{ __typename }' }, { host })).statusCode).toBe(200)
    }
  })

  it('a body that is no JSON, or too big, without repeating it', async () => {
    const broken = await post('{"query": an@mail.vn', { 'content-type': 'application/json' })
    expect(broken.statusCode).toBe(400)
    expect(broken.body).not.toContain('an@mail.vn')
    expect((await post({ query: '{ __typename }', padding: 'x'.repeat(100_000) })).statusCode).toBe(413)
  })
})

describe('logs', () => {
  it('hold no question and no identifier', async () => {
    await api.ask('{ identify(anything: "an@mail.vn") { value customer { name } } }')
    await api.ask('query ($v: String!) { identifier(kind: phone, value: $v) { value } }', { v: 'an@mail.vn' })
    await api.ask('{ nonsense(of: "an@mail.vn") }')
    await api.app.inject({ url: '/nowhere/an@mail.vn?who=an@mail.vn' })
    expect(api.logged.length).toBeGreaterThan(3)
    expect(api.logged.join('')).not.toMatch(/mail\.vn|identify|nonsense|who=/)
  })
})

describe('GraphiQL', () => {
  it('is one page with nothing to fetch from elsewhere, and asks about what is there', async () => {
    const { statusCode, headers, body } = await api.app.inject({ url: '/' })
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toContain('text/html')
    expect(headers['content-security-policy']).toContain("connect-src 'self'")
    expect(body).not.toMatch(/<script[^>]+src=|<link[^>]+href="http/)
    for (const part of ['0912 345 671', SMALL_WORLD_IDS.a, SMALL_WORLD_IDS.b]) expect(body).toContain(part)
  })

  it('is compressed where that is understood, and not sent again unchanged', async () => {
    const first = await api.app.inject({ url: '/', headers: { 'accept-encoding': 'gzip, br' } })
    expect(gunzipSync(first.rawPayload).toString()).toContain('YogaGraphiQL')
    const again = await api.app.inject({ url: '/', headers: { 'if-none-match': String(first.headers.etag) } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })
})

describe('kinds that the policy no longer declares', () => {
  it('are in the schema while the graph holds them', async () => {
    const policy = createPolicy({ kinds: { email: { normaliser: 'email' } } })
    const seed = "CREATE (:Identifier {key: 'zalo_id:1', kind: 'zalo_id', value: '1', status: 'linking'})"
    const other = await apiOver(seed, { policy })
    try {
      const { data } = await other.ask('{ __type(name: "Kind") { enumValues { name } } }')
      expect(data.__type.enumValues).toContainEqual({ name: 'zalo_id' })
    } finally {
      await other.close()
    }
  })
})

describe('a kind that came after the start', () => {
  it('is an error, never a customer left out in silence', async () => {
    const seed = `CREATE (c:Customer {id: $id, version: 1, size: 2, anchor: 'email:an@mail.vn'})
      CREATE (:Identifier {key: 'email:an@mail.vn', kind: 'email', value: 'an@mail.vn', status: 'linking'})-[:IDENTIFIES]->(c)`
    const other = await apiOver(seed, { params: { id: SMALL_WORLD_IDS.a } })
    try {
      const question = '{ identify(anything: "an@mail.vn") { key customer { identifiers { kind } } } }'
      expect((await other.ask(question)).data.identify[0].customer.identifiers).toEqual([{ kind: 'email' }])
      const late =
        "MATCH (c:Customer) CREATE (:Identifier {key: 'late:1', kind: 'late', value: '1', status: 'linking'})-[:IDENTIFIES]->(c)"
      await ask(other.graph, late)
      const { data, errors } = await other.ask(question)
      expect(data.identify).toEqual([{ key: 'email:an@mail.vn', customer: null }])
      expect(errors).toMatchObject([
        { path: ['identify', 0, 'customer', 'identifiers', 1, 'kind'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
      ])
    } finally {
      await other.close()
    }
  })
})

describe('while Neo4j is away', () => {
  it('says so, with status 503 and without internals, and answers again when it is back', async () => {
    const line = await cuttableLine()
    const config = live()
    const graph = openGraph({ ...config, neo4j_uri: `bolt://127.0.0.1:${line.port}` })
    const log = createLogger({ process: 'test', level: 'silent' })
    const app = await buildApp({
      ...{ graph, rules: rules(), log, metrics: createMetrics(), warm: false },
      ...{ authenticate: trusting, sealedKeys: testKeys },
    })
    const question = () =>
      app.inject({
        method: 'POST',
        url: '/graphql',
        payload: { query: '{ customers { id } identify(anything: "x") { key } }' },
      })
    try {
      expect((await question()).json().errors).toBeUndefined()
      expect((await app.inject({ url: '/readyz' })).json()).toEqual({ ready: true })
      line.cut()
      const { statusCode, body } = await question()
      expect(statusCode).toBe(503)
      expect(JSON.parse(body).errors[0]).toMatchObject({
        message: 'the graph does not answer',
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      })
      expect(body).not.toMatch(/127\.0\.0\.1|ECONN|Neo\.|node_modules/)
      const unready = await app.inject({ url: '/readyz' })
      expect(unready.statusCode).toBe(503)
      expect(unready.json()).toEqual({ ready: false, reason: expect.stringContaining('the graph') })
      expect((await app.inject({ url: '/livez' })).statusCode).toBe(200)
      const command = 'blockIdentifier(key: "email:an@mail.vn", reason: "typo", idempotencyKey: "1") { known }'
      const query = `mutation { ${command} }`
      const refused = await app.inject({ method: 'POST', url: '/graphql', payload: { query } })
      expect(refused.statusCode).toBe(503)
      await line.mend()
      expect((await question()).statusCode).toBe(200)
    } finally {
      await app.close()
      await graph.close()
      line.cut()
    }
  })
})

/** A line to the Neo4j of the test that can be cut and mended. */
async function cuttableLine() {
  const target = new URL(live().neo4j_uri)
  const sockets = new Set<Socket>()
  const listen = (port: number) =>
    new Promise<Server>((resolve) => {
      const server = createServer((inbound) => {
        const outbound = connect(Number(target.port), target.hostname)
        for (const socket of [inbound, outbound]) {
          sockets.add(socket)
          socket.on('error', () => {})
        }
        inbound.on('close', () => outbound.destroy()).pipe(outbound)
        outbound.on('close', () => inbound.destroy()).pipe(inbound)
      })
      server.listen(port, '127.0.0.1', () => resolve(server))
    })
  let server = await listen(0)
  const { port } = server.address() as { port: number }
  return {
    port,
    cut() {
      server.close()
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
    async mend() {
      server = await listen(port)
    },
  }
}
