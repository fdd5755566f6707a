import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { live } from '../../../test/live.ts'
import { createLogger } from '../../telemetry.ts'
import type { Caller } from '../caller.ts'
import { openRedis } from '../open-redis.ts'
import { createRateLimits, type RateLimitOptions } from './rate-limits.ts'
import { registerAddressLimit } from './register-limits.ts'

const log = createLogger({ process: 'test', level: 'silent' })
const NONE: RateLimitOptions = { requests: 0, cost: 0, address: 0 }
const an: Caller = { role: 'app', name: 'an@mail.vn' }
const binh: Caller = { role: 'app', name: 'key:binh' }

let redis: Redis
beforeAll(async () => {
  redis = openRedis(live().redis_url, log) as Redis
  await new Promise((resolve) => redis.once('ready', resolve))
})
afterAll(() => redis?.disconnect())
beforeEach(async () => void (await redis.flushall()))

const limits = (options: Partial<RateLimitOptions>, store: Redis | undefined = redis) =>
  createRateLimits({ ...NONE, ...options }, { redis: store, log })

/** How many of so many requests are let through. */
async function passed(times: number, ask: () => unknown): Promise<number> {
  let through = 0
  for (let time = 0; time < times; time += 1) if ((await ask()) === undefined) through += 1
  return through
}

describe('a caller', () => {
  it('is told when to come again once the limit is reached, and others are not', async () => {
    const rates = limits({ requests: 5 })
    expect(await passed(7, () => rates.request(an))).toBe(5)
    const refusal = await rates.request(an)
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', status: 429 })
    expect(refusal?.retryAfter).toBeGreaterThan(0)
    expect(refusal?.retryAfter).toBeLessThanOrEqual(60)
    expect(refusal?.remedy).toContain('ask again in')
    expect(await rates.request(binh)).toBeUndefined()
  })

  it('has one limit with all processes together, to a hundredth', async () => {
    const [one, other] = [limits({ requests: 1000 }), limits({ requests: 1000 })]
    const both = (await passed(800, () => one.request(an))) + (await passed(800, () => other.request(an)))
    expect(both).toBeGreaterThanOrEqual(980)
    expect(both).toBeLessThanOrEqual(1000)
  })

  it('has as much of it where all ask at once', async () => {
    const rates = limits({ requests: 1000 })
    const rounds = Array.from({ length: 12 }, () => async () => {
      const asked = await Promise.all(Array.from({ length: 100 }, () => rates.request(an)))
      return asked.filter((refusal) => refusal === undefined).length
    })
    let through = 0
    for (const round of rounds) through += await round()
    expect(through).toBe(1000)
  })

  it('is limited by what questions cost', async () => {
    const rates = limits({ cost: 1000 })
    expect(await passed(5, () => rates.cost(an, 300))).toBe(3)
  })

  it('stands in Redis by a digest', async () => {
    await limits({ requests: 5 }).request(an)
    const keys = await redis.keys('*')
    expect(keys).toHaveLength(1)
    expect(keys.join()).not.toContain('mail.vn')
  })
})

describe('while Redis is away', () => {
  it('each process counts for itself, and commands are refused', async () => {
    const away = openRedis('redis://127.0.0.1:1', log)
    try {
      const rates = limits({ requests: 5 }, away)
      expect(await passed(7, () => rates.request(an))).toBe(5)
      expect(await rates.command(an)).toMatchObject({ code: 'COMMANDS_UNAVAILABLE', status: 503, retryAfter: 5 })
    } finally {
      away?.disconnect()
    }
    expect(await limits({ requests: 5 }).command(an)).toBeUndefined()
  })

  it('and where there is none, it is said at the start', async () => {
    const said: string[] = []
    const heard = { warn: (line: string) => said.push(line) } as never
    const rates = createRateLimits({ ...NONE, requests: 2 }, { redis: undefined, log: heard })
    expect(said.join()).toContain('SELFSAME_REDIS_URL')
    expect(await passed(3, () => rates.request(an))).toBe(2)
    expect(await rates.command(an)).toBeUndefined()
  })
})

describe('an address', () => {
  it('that asks too often without being signed in is refused before it is looked at', async () => {
    const app = Fastify()
    registerAddressLimit(app, { rates: limits({ address: 3 }) })
    app.addHook('onRequest', async (request, reply) => {
      if (request.headers.authorization === undefined) return reply.code(401).send({})
      request.caller = an
    })
    app.get('/who', async () => 'an')
    app.get('/livez', async () => 'alive')
    const statuses = async (times: number, headers = {}, url = '/who') => {
      const answers = []
      for (let time = 0; time < times; time += 1) {
        answers.push((await app.inject({ url, headers })).statusCode)
        // It is counted after the answer.
        await sleep(20)
      }
      return answers
    }
    try {
      expect(await statuses(5, { authorization: 'yes' })).toEqual([200, 200, 200, 200, 200])
      expect(await statuses(5, {}, '/livez')).toEqual([401, 401, 401, 401, 401])
      expect(await statuses(5)).toEqual([401, 401, 401, 429, 429])
      const { headers } = await app.inject({ url: '/who' })
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    } finally {
      await app.close()
    }
  })

  it('that a reset connection no longer has is nobody', async () => {
    const app = Fastify()
    registerAddressLimit(app, { rates: limits({ address: 3 }) })
    app.addHook('onRequest', async (_, reply) => {
      Object.defineProperty(reply.request.raw.socket, 'remoteAddress', { value: undefined })
      return reply.code(401).send({})
    })
    app.get('/who', async () => 'an')
    try {
      for (let time = 0; time < 5; time += 1) expect((await app.inject({ url: '/who' })).statusCode).toBe(401)
    } finally {
      await app.close()
    }
  })
})
