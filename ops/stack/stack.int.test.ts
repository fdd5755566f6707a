import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { Redis } from 'ioredis'
import neo4j from 'neo4j-driver'
import { afterAll, describe, expect, it } from 'vitest'
import { startOf } from './detached-process.ts'
import { createStack, type Stack, type StackAddresses } from './stack.ts'

async function pids(stack: Stack): Promise<(number | null)[]> {
  return (await stack.status()).services.map(({ pid }) => pid)
}

async function remove(stack: Stack): Promise<void> {
  await stack.down()
  rmSync(stack.folder, { recursive: true, force: true })
}

describe('a whole stack', { timeout: 300_000 }, () => {
  const stack = createStack({ name: `test-stack-${process.pid}`, heapMb: 256 })
  let addresses: StackAddresses
  afterAll(() => remove(stack), 60_000)

  async function redis<Result>(work: (client: Redis) => Promise<Result>): Promise<Result> {
    const client = new Redis(addresses.redis.url)
    try {
      return await work(client)
    } finally {
      client.disconnect()
    }
  }

  it('is not there before it is asked for, nor made by being asked about', async () => {
    const { services } = await stack.status()
    expect(services.map(({ service, pid, answering }) => [service, pid, answering])).toEqual([
      ['neo4j', null, false],
      ['kafka', null, false],
      ['redis', null, false],
    ])
    await stack.down()
    await stack.reset()
    expect(existsSync(stack.folder)).toBe(false)
  })

  it('answers when up says so, to those who know the password', async () => {
    addresses = await stack.up()
    const { uri, user, password, httpUrl } = addresses.neo4j
    const driver = neo4j.driver(uri, neo4j.auth.basic(user, password))
    const { records } = await driver.executeQuery('RETURN apoc.version() AS apoc', {}, { database: 'neo4j' })
    await driver.close()
    expect(records[0]?.get('apoc')).toMatch(/^5\.26\./)
    const stranger = neo4j.driver(uri, neo4j.auth.basic(user, 'not the password'))
    await expect(stranger.verifyConnectivity()).rejects.toMatchObject({
      code: 'Neo.ClientError.Security.Unauthorized',
    })
    await stranger.close()
    expect(await (await fetch(httpUrl)).text()).toContain('Neo4j Browser')
    expect(await redis((client) => client.set('kept', 'yes'))).toBe('OK')
    expect((await stack.status()).services.map(({ answering }) => answering)).toEqual([true, true, true])
  })

  it('tells selfsame where it is', () => {
    expect(statSync(stack.envFile).mode & 0o777).toBe(0o600)
    const env = parseEnv(readFileSync(stack.envFile, 'utf8'))
    expect(env).toMatchObject({
      SELFSAME_NEO4J_URI: addresses.neo4j.uri,
      SELFSAME_KAFKA_BROKERS: addresses.kafka.brokers,
      SELFSAME_REDIS_URL: addresses.redis.url,
    })
    expect(existsSync(env.SELFSAME_ID_KEY_FILE ?? '')).toBe(true)
  })

  it('is left as it is by a second and a third up at once', async () => {
    const before = await pids(stack)
    const again = createStack({ name: stack.name })
    expect(await Promise.all([stack.up(), again.up()])).toEqual([addresses, addresses])
    expect(await pids(stack)).toEqual(before)
  })

  it('brings back a service that was killed, with its data', async () => {
    const [neo4jPid, kafkaPid, redisPid] = await pids(stack)
    await stack.stop('redis', 'SIGKILL')
    expect((await stack.status()).services[2]).toMatchObject({ pid: null, answering: false })
    expect(await stack.up()).toEqual(addresses)
    const after = await pids(stack)
    expect(after.slice(0, 2)).toEqual([neo4jPid, kafkaPid])
    expect(after[2]).not.toBe(redisPid)
    expect(await redis((client) => client.get('kept'))).toBe('yes')
  })

  it('reset stops it, deletes its data and keeps its secrets', async () => {
    const before = await pids(stack)
    const idKey = readFileSync(join(stack.folder, 'secrets', 'id-key'), 'utf8')
    await stack.reset()
    expect(before.map((pid) => startOf(pid as number))).toEqual([undefined, undefined, undefined])
    expect(existsSync(join(stack.folder, 'data'))).toBe(false)
    expect(readFileSync(join(stack.folder, 'secrets', 'id-key'), 'utf8')).toBe(idKey)
  })
})

describe('a stack whose ports were taken while it was down', { timeout: 120_000 }, () => {
  const stack = createStack({ name: `test-ports-${process.pid}`, services: ['kafka', 'redis'] })
  afterAll(() => remove(stack), 60_000)

  it('moves to others, Kafka with its data, and stops only its own', async () => {
    const { kafka } = await stack.up()
    await stack.down()
    const port = Number(kafka.brokers.split(':')[1])
    const intruder = createServer()
    await new Promise<void>((resolve) => intruder.listen(port, '127.0.0.1', resolve))
    try {
      const moved = await stack.up()
      expect(moved.kafka.brokers).not.toBe(kafka.brokers)
      expect((await stack.status()).services.map(({ answering }) => answering)).toEqual([true, true])
      await stack.down()
      expect(intruder.listening).toBe(true)
    } finally {
      intruder.close()
    }
  })

  it('refuses a configured port that is taken, and starts nothing', async () => {
    const intruder = createServer()
    await new Promise<void>((resolve) => intruder.listen(0, '127.0.0.1', resolve))
    const { port } = intruder.address() as { port: number }
    try {
      const configured = createStack({ name: stack.name, services: ['redis'], ports: { redis: port } })
      await expect(configured.up()).rejects.toMatchObject({ code: 'stack_port_taken' })
      expect(await pids(stack)).toEqual([null, null])
    } finally {
      intruder.close()
    }
  })
})

describe('a service that cannot start', { timeout: 60_000 }, () => {
  const stack = createStack({ name: `test-broken-${process.pid}`, services: ['redis'] })
  afterAll(() => remove(stack), 60_000)

  it('is told with the end of its log', async () => {
    await stack.up()
    await stack.down()
    const folder = join(stack.folder, 'data', 'redis', 'appendonlydir')
    const manifest = readdirSync(folder).find((file) => file.endsWith('.manifest')) as string
    appendFileSync(join(folder, manifest), 'broken\n')
    await expect(stack.up()).rejects.toMatchObject({
      code: 'stack_service_failed',
      message: expect.stringMatching(/redis did not start: it ended\n.*manifest/s),
      remedy: expect.stringContaining('reset'),
    })
    await stack.reset()
    await stack.up()
  })
})
