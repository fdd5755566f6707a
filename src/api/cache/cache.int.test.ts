import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiUnderTest, apiOver, testKeys, trusting } from '../../../test/api-under-test.ts'
import { ask, live, rules, shippedPolicy } from '../../../test/live.ts'
import { compareKeys, recordKey } from '../../identity/keys.ts'
import { normalise } from '../../identity/normalise.ts'
import type { Observation } from '../../identity/types.ts'
import { rebuild } from '../../resolver/rebuild/rebuild.ts'
import { createResolver, type ResolverDependencies } from '../../resolver/resolver.ts'

const policy = shippedPolicy()
const ours = rules(policy, randomBytes(32))
/** Staler than that no answer may be. */
const STALE_MS = 1000

let api: ApiUnderTest
let resolver: ReturnType<typeof createResolver>
let redis: Redis
beforeAll(async () => {
  redis = new Redis(live().redis_url)
  api = await apiOver('RETURN 1', { cacheSeconds: 60, redisUrl: live().redis_url })
  resolver = createResolver({ graph: api.graph, rules: ours } satisfies ResolverDependencies)
})
afterAll(async () => {
  await api?.close()
  redis?.disconnect()
})
beforeEach(async () => {
  await redis.flushall()
  await heard()
})

const START = Date.UTC(2026, 0, 5, 8)
let messages = 0

interface Told {
  readonly at?: number
  readonly record?: { readonly id: string; readonly traits: Record<string, string> }
}

/** An observation of identifiers written `kind:value`, from the source `crm` where it has a record. */
function observation(names: readonly string[], { at = 0, record }: Told = {}): Observation {
  messages += 1
  const source = record ? 'crm' : 'web'
  const identifiers = names.map((name) => {
    const [kind = '', value = ''] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
    const read = normalise(kind, value, { policy, scope: source, country: 'VN' })
    if (typeof read === 'string') throw new Error(read)
    return read
  })
  const account = record && normalise('crm_contact', record.id, { policy, scope: 'crm', country: 'VN' })
  if (typeof account === 'string') throw new Error(account)
  return {
    ...{ messageId: `m${messages}`, source, load: '', type: record ? 'record' : 'track', observedAt: START + at },
    recordedAt: START + at + 1000,
    identifiers: [...identifiers, ...(account ? [account] : [])].sort((a, b) => compareKeys(a.key, b.key)),
    ...(record && account
      ? { record: { key: recordKey('crm', record.id), id: record.id, account: account.key, traits: record.traits } }
      : {}),
  }
}

const tell = (...observations: Observation[]) => resolver.apply({ observations })
/** Until what was committed before is heard. */
const heard = () => sleep(STALE_MS)

const PROFILE = `query ($value: String!) { identifier(kind: email, value: $value) {
  key status lastSeen customer { id name size
    identifiers { key kind value status lastSeen sources }
    records { key source name city }
} } }`

/** Where the answer came from. On a machine that is busy the graph may not be heard for a moment: then it is asked again. */
async function answered(query: string, variables: object = {}): ReturnType<typeof askedOnce> {
  for (;;) {
    const asked = await askedOnce(query, variables)
    if (asked.from !== 'off') return asked
    await sleep(50)
  }
}

/** Whether it is remembered at all, however slow the machine: what is remembered briefly may be gone before it is asked. */
async function remembered(query: string, variables: object): Promise<boolean> {
  for (let time = 0; time < 30; time += 1) if ((await answered(query, variables)).from === 'memory') return true
  return false
}

async function askedOnce(query: string, variables: object = {}) {
  const counts = async () => {
    const metric = await api.metrics.registry.getSingleMetric('selfsame_cached_answers_total')?.get()
    return new Map(metric?.values.map(({ labels, value }) => [String(labels.answer), value]))
  }
  const before = await counts()
  const answer = await api.ask(query, variables)
  const after = await counts()
  const from = [...after.keys()].filter((name) => after.get(name) !== (before.get(name) ?? 0))
  return { from: from.join(' '), answer }
}

describe('the same question again', () => {
  it('is answered from memory, word for word, and from Redis by another process', async () => {
    await tell(observation(['email:one@mail.vn', 'cookie:c1']))
    await heard()
    const first = await answered(PROFILE, { value: 'one@mail.vn' })
    expect(first.from).toBe('none')
    expect(JSON.stringify(first.answer)).not.toContain('selfsame_names')
    expect(await remembered(PROFILE, { value: 'one@mail.vn' })).toBe(true)
    expect((await answered(PROFILE, { value: 'one@mail.vn' })).answer).toEqual(first.answer)
    // A text that reads as the same identifier is another question.
    expect((await answered(PROFILE, { value: 'ONE@mail.vn' })).from).toBe('none')
    const [key = ''] = await redis.keys('selfsame:answer:*')
    expect(key).not.toContain('one@')
    const other = await apiAgain()
    try {
      const asked = {
        method: 'POST',
        url: '/graphql',
        payload: { query: PROFILE, variables: { value: 'one@mail.vn' } },
      }
      // It trusts what is remembered from its own start on.
      await heard()
      await redis.flushall()
      await answered(PROFILE, { value: ' one@mail.vn' })
      const theirs = await other.app.inject({
        ...asked,
        payload: { ...asked.payload, variables: { value: ' one@mail.vn' } },
      } as never)
      expect(theirs.json().data).toEqual(first.answer.data)
      const counted = await other.metrics.registry.getSingleMetric('selfsame_cached_answers_total')?.get()
      expect(counted?.values).toEqual([expect.objectContaining({ labels: { answer: 'redis' }, value: 1 })])
    } finally {
      await other.app.close()
    }
  })

  it('is not remembered where it failed, and briefly where there is nothing', async () => {
    const wrong = ['query ($v: String!) { identifier(kind: phone, value: $v) { key } }', { v: 'call me' }] as const
    expect((await answered(...wrong)).from).toBe('none')
    expect((await answered(...wrong)).from).toBe('none')
    expect((await answered(PROFILE, { value: 'nobody@mail.vn' })).from).toBe('none')
    expect(await remembered(PROFILE, { value: 'nobody@mail.vn' })).toBe(true)
    await tell(observation(['email:nobody@mail.vn', 'cookie:c2']))
    await heard()
    expect((await answered(PROFILE, { value: 'nobody@mail.vn' })).answer.data.identifier.key).toBe(
      'email:nobody@mail.vn',
    )
  })
})

describe('what changes is not answered as it was', () => {
  const changes: readonly (readonly [string, string, readonly Observation[], readonly Observation[]])[] = [
    [
      'a merge with another customer',
      'merge@mail.vn',
      [observation(['email:merge@mail.vn', 'cookie:m1']), observation(['phone:0912000111', 'cookie:m2'])],
      [observation(['email:merge@mail.vn', 'phone:0912000111'])],
    ],
    [
      'a day on which an identifier was seen again',
      'seen@mail.vn',
      [observation(['email:seen@mail.vn', 'cookie:s1'])],
      [observation(['cookie:s1'], { at: 3 * 86_400_000 })],
    ],
    [
      'a source that saw an identifier',
      'source@mail.vn',
      [observation(['email:source@mail.vn', 'crm_contact:7'])],
      [observation(['email:source@mail.vn'], { record: { id: '70', traits: { name: 'Lê An' } } })],
    ],
    [
      'a trait that does not survive in the golden record',
      'trait@mail.vn',
      [
        observation(['email:trait@mail.vn'], { at: 10, record: { id: '71', traits: { name: 'Lê Thị Bình' } } }),
        observation(['email:trait@mail.vn'], { at: 20, record: { id: '72', traits: { name: 'Lê Thị Bình' } } }),
      ],
      [
        observation(['email:trait@mail.vn'], {
          at: 15,
          record: { id: '71', traits: { name: 'Lê Thị Bình', 'address.city': 'Huế' } },
        }),
      ],
    ],
  ]

  it.each(changes)('%s', async (_, value, before, after) => {
    await tell(...before)
    await heard()
    const first = await answered(PROFILE, { value })
    expect(await remembered(PROFILE, { value })).toBe(true)
    await tell(...after)
    await heard()
    const second = await answered(PROFILE, { value })
    expect(second.from).toBe('none')
    expect(second.answer.data).not.toEqual(first.answer.data)
  })

  it('a link of a neighbour, and its status', async () => {
    const LINKS = `query ($value: String!) { identifier(kind: email, value: $value) {
      observedCount observed { neighbour { key status customer { id } } lastSeen sources refused } } }`
    await tell(observation(['email:links@mail.vn', 'cookie:l1']))
    await heard()
    const first = await answered(LINKS, { value: 'links@mail.vn' })
    await tell(observation(['email:links@mail.vn', 'cookie:l2']))
    await heard()
    const second = await answered(LINKS, { value: 'links@mail.vn' })
    expect(second.answer.data).not.toEqual(first.answer.data)
    expect(await remembered(LINKS, { value: 'links@mail.vn' })).toBe(true)
    const [a, b] = ['cookie:l1', 'cookie:l2'].map((key) => key as never)
    await resolver.apply({
      observations: [],
      decisions: [
        { decision: 'assertion', id: 'd1', at: START, by: 'clerk', reason: 'r', a, b, verdict: 'not_same' } as never,
      ],
    })
    await heard()
    const third = await answered(LINKS, { value: 'links@mail.vn' })
    expect(third.from).toBe('none')
    expect(third.answer.data).not.toEqual(second.answer.data)
  })

  it('an id that was given up, and what it led to', async () => {
    await tell(
      observation(['email:old@mail.vn', 'cookie:o1']),
      observation(['phone:0912000222', 'cookie:o2'], { at: -1000 }),
    )
    await heard()
    const [{ id } = { id: '' }] = await ask<{ id: string }>(
      api.graph,
      "MATCH (:Identifier {key: 'email:old@mail.vn'})-[:IDENTIFIES]->(c) RETURN c.id AS id",
    )
    const BY_ID = 'query ($id: ID!) { customer(id: $id) { id size } whatBecameOf(id: $id) { __typename } }'
    const first = await answered(BY_ID, { id })
    expect(first.answer.data.customer.id).toBe(id)
    expect(await remembered(BY_ID, { id })).toBe(true)
    await tell(observation(['email:old@mail.vn', 'phone:0912000222'], { at: 5000 }))
    await heard()
    const second = await answered(BY_ID, { id })
    expect(second.answer.data.customer.id).not.toBe(id)
    // Followed on: it is remembered, and not for a second.
    expect(await remembered(BY_ID, { id })).toBe(true)
    await heard()
    expect((await answered(BY_ID, { id })).from).toBe('none')
  })

  it('a repair of the whole graph', async () => {
    await tell(observation(['email:repair@mail.vn', 'cookie:r1']))
    await ask(api.graph, "MATCH (i:Identifier {key: 'email:repair@mail.vn'}) SET i.status = 'blocked'")
    await heard()
    expect((await answered(PROFILE, { value: 'repair@mail.vn' })).answer.data.identifier.status).toBe('blocked')
    await rebuild({ graph: api.graph, rules: ours, repair: true })
    await heard()
    expect((await answered(PROFILE, { value: 'repair@mail.vn' })).answer.data.identifier.status).toBe('linking')
  })
})

describe('while customers merge and split at random', () => {
  it('no answer is staler than a second', async () => {
    const people = Array.from({ length: 6 }, (_, n) => `p${n}@mail.vn`)
    await tell(...people.map((email, n) => observation([`email:${email}`, `cookie:p${n}`])))
    // What was committed when, by customer of each e-mail: an answer must be one that was right within the last second.
    const states: {
      readonly at: number
      readonly until: number
      readonly customers: ReadonlyMap<string, string>
    }[] = []
    // The one before was in force until the commit was answered, this one from the moment the commit began.
    const record = async (at: number) => {
      const until = performance.now()
      const rows = await ask<{ value: string; size: number; id: string }>(
        api.graph,
        'MATCH (i:Email)-[:IDENTIFIES]->(c) WHERE i.value STARTS WITH "p" RETURN i.value AS value, c.id AS id, c.size AS size',
      )
      states.push({ at, until, customers: new Map(rows.map(({ value, id, size }) => [value, `${id} ${size}`])) })
    }
    await record(performance.now())
    let ending = false
    const answers: { readonly value: string; readonly said: string; readonly from: number; readonly to: number }[] = []
    const reading = (async () => {
      const QUERY = 'query ($v: String!) { identifier(kind: email, value: $v) { customer { id size } } }'
      while (!ending) {
        for (const value of people) {
          const from = performance.now()
          const { customer } = (await api.ask(QUERY, { v: value })).data.identifier
          const to = performance.now()
          answers.push({ value, said: `${customer.id} ${customer.size}`, from, to })
        }
        await sleep(2)
      }
    })()
    for (let step = 0; step < 40; step += 1) {
      const [a, b] = [people[step % 6], people[(step * 5 + 1) % 6]]
      const pair = [a, b].map((value) => `email:${value}`).sort() as never as [never, never]
      const at = START + step * 1000
      const verdict = step % 3 === 2 ? 'not_same' : 'same'
      if (a === b) continue
      const before = performance.now()
      await resolver.apply({
        observations: [observation([`cookie:new${step}`, `email:${a}`], { at })],
        decisions: [
          {
            decision: 'assertion',
            id: `x${step}`,
            at,
            by: 'clerk',
            reason: 'r',
            a: pair[0],
            b: pair[1],
            verdict,
          } as never,
        ],
      })
      await record(before)
      await sleep(60)
    }
    ending = true
    await reading
    // In force at some moment between a second before the question and its answer.
    const isRight = ({ value, said, from, to }: (typeof answers)[number]) =>
      states.some(({ at, customers }, place) => {
        const until = states[place + 1]?.until ?? Number.POSITIVE_INFINITY
        return at <= to && until >= from - STALE_MS && customers.get(value) === said
      })
    expect(answers.filter((answer) => !isRight(answer))).toEqual([])
    expect(answers.length).toBeGreaterThan(500)
  })
})

describe('while Redis is away', () => {
  it('answers are remembered in memory alone', async () => {
    const alone = await apiAgain('redis://127.0.0.1:1')
    const question = {
      method: 'POST',
      url: '/graphql',
      payload: { query: PROFILE, variables: { value: 'one@mail.vn' } },
    }
    try {
      await heard()
      for (let time = 0; time < 2; time += 1) {
        const answer = await alone.app.inject(question as never)
        expect([answer.statusCode, answer.json().errors]).toEqual([200, undefined])
      }
      const counted = await alone.metrics.registry.getSingleMetric('selfsame_cached_answers_total')?.get()
      expect(counted?.values.map(({ labels }) => labels.answer)).toEqual(expect.arrayContaining(['none', 'memory']))
    } finally {
      await alone.app.close()
    }
  })
})

/** Another process over the same graph, as far as memory goes. */
async function apiAgain(redisUrl = live().redis_url) {
  const { buildApp } = await import('../app.ts')
  const { createLogger, createMetrics } = await import('../../telemetry.ts')
  const metrics = createMetrics()
  const log = createLogger({ process: 'test', level: 'silent' })
  const app = await buildApp({
    graph: api.graph,
    ...{ rules: rules(policy), authenticate: trusting, sealedKeys: testKeys },
    log,
    metrics,
    warm: false,
    development: true,
    cacheSeconds: 60,
    redisUrl,
  })
  return { app, metrics }
}
