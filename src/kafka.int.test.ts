import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { live } from '../test/live.ts'
import { SelfsameError } from './errors.ts'
import { type ConsumeOptions, type Kafka, type KafkaConsumer, type KafkaProducer, openKafka } from './kafka.ts'
import { createLogger } from './telemetry.ts'

const logger = createLogger({ process: 'test', level: 'error' })
let kafka: Kafka
let producer: KafkaProducer
let topic: string
let group: string
let running: KafkaConsumer[]

beforeAll(async () => {
  kafka = openKafka({ brokers: live().kafka_brokers, logger })
  producer = await kafka.producer()
})
afterAll(async () => {
  await producer.close()
  await kafka.close()
})
beforeEach(async () => {
  topic = `t-${randomUUID()}`
  group = `g-${randomUUID()}`
  running = []
  await kafka.ensureTopics([{ topic, partitions: 2 }])
  return async () => {
    for (const consumer of running) await consumer.stop()
  }
})

async function consume(options: Omit<ConsumeOptions, 'group' | 'topics' | 'sessionTimeoutMs'>): Promise<KafkaConsumer> {
  const consumer = await kafka.consume({ group, topics: [topic], sessionTimeoutMs: 6000, ...options })
  running.push(consumer)
  return consumer
}

const send = (...values: (string | Buffer)[]) =>
  producer.send(
    topic,
    values.map((value) => ({ key: 'k', value })),
  )
const lag = async () => (await kafka.lag(group, [topic])).reduce((sum, each) => sum + each.lag, 0)
const next = (offset: string | undefined) => String(Number(offset) + 1)

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(50)
}

describe('a topic', () => {
  test('is made once, and what is sent counts as not yet read', async () => {
    await kafka.ensureTopics([{ topic, partitions: 7 }])
    await send('a', 'b')
    expect(await kafka.lag(group, [topic, 'no-such-topic'])).toHaveLength(2)
    expect(await lag()).toBe(2)
  })

  test('takes more at once than a request may hold, and single messages of megabytes', async () => {
    await send(...Array.from({ length: 40 }, () => Buffer.alloc(100_000)), Buffer.alloc(5 * 1024 * 1024))
    expect(await lag()).toBe(41)
  })

  test('tells where what was sent ends, and a group that has read it how far it is', async () => {
    const many = Array.from({ length: 30 }, (_, n) => ({ key: `k${n}`, value: Buffer.alloc(100_000) }))
    const ends = await producer.send(topic, many)
    expect(ends.map(({ partition }) => partition).sort()).toEqual([0, 1])
    expect(ends.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(30)
    const [again] = await producer.send(topic, [{ key: 'k0', value: 'x' }])
    const before = ends.find(({ partition }) => partition === again?.partition)
    expect(Number(again?.offset)).toBe(Number(before?.offset) + 1)
    expect(await producer.send(topic, [])).toEqual([])
    expect(await kafka.committed(group, topic)).toEqual([])
    await consume({ onBatch: async ({ messages, commit }) => await commit(next(messages.at(-1)?.offset)) })
    await until(async () => (await lag()) === 0)
    const read = (await kafka.committed(group, topic)).map(({ offset }) => Number(offset))
    expect(read.reduce((sum, offset) => sum + offset, 0)).toBe(31)
  })

  test('that does not exist is an error that says so, and makes no topic', async () => {
    await expect(producer.send(`no-${topic}`, [{ value: 'a' }])).rejects.toMatchObject({ code: 'kafka_topic_missing' })
  })
})

describe('a consumer', () => {
  test('gets again what it did not commit: after an error of its own, and after a stop', async () => {
    const seen: string[] = []
    let fails = true
    await send('a', 'b', 'c')
    const first = await consume({
      onBatch: async ({ messages, commit }) => {
        seen.push(messages.map(({ value }) => String(value)).join(''))
        if (fails) {
          fails = false
          throw new TypeError('a defect of ours')
        }
        await commit(next(messages[0]?.offset))
        await setTimeout(60_000, undefined, { ref: false, signal: AbortSignal.timeout(300) }).catch(() => undefined)
      },
    })
    await until(async () => seen.length >= 2 && (await lag()) === 2)
    await first.stop()
    expect(seen.slice(0, 2)).toEqual(['abc', 'abc'])
    await consume({
      onBatch: async ({ messages, commit }) => {
        seen.push(`then ${messages.map(({ value }) => String(value)).join('')}`)
        await commit(next(messages.at(-1)?.offset))
      },
    })
    await until(async () => (await lag()) === 0)
    expect(seen.at(-1)).toBe('then bc')
  })

  test('reads nothing after its stop, which ends the batch under way and tells it', async () => {
    const events: string[] = []
    await send('a')
    const consumer = await consume({
      onBatch: async ({ messages, commit, signal }) => {
        events.push('begin')
        await until(() => signal.aborted)
        await commit(next(messages.at(-1)?.offset))
        events.push('end')
      },
    })
    await until(() => events.length > 0)
    await consumer.stop()
    expect(events).toEqual(['begin', 'end'])
    expect(await lag()).toBe(0)
    await send('b')
    await consume({
      onBatch: async ({ messages, commit }) => {
        events.push(`another reads ${messages.map(({ value }) => String(value)).join('')}`)
        await commit(next(messages.at(-1)?.offset))
      },
    })
    await until(async () => (await lag()) === 0)
    expect(events).toEqual(['begin', 'end', 'another reads b'])
  })

  test('goes back to the position known elsewhere, never forward', async () => {
    const read = async (offset: string, expected: number) => {
      const values: string[] = []
      const consumer = await consume({
        resumeAt: async (assigned) => assigned.map((each) => ({ ...each, offset })),
        onBatch: async ({ messages, commit }) => {
          for (const { value } of messages) values.push(String(value))
          await commit(next(messages.at(-1)?.offset))
        },
      })
      await until(() => values.length >= expected)
      await consumer.stop()
      return values.join('')
    }
    await send('a', 'b', 'c')
    expect(await read('2', 3), 'the group has read nothing').toBe('abc')
    expect(await read('1', 2), 'the group has read all').toBe('bc')
  })

  test('idle looks after its connections when an answer comes, not all the time', async () => {
    const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js')
    const checks = vi.spyOn(prototype, 'checkPendingRequests')
    try {
      const consumer = await consume({ onBatch: async () => undefined })
      await until(() => consumer.trouble() === undefined)
      checks.mockClear()
      await setTimeout(1000)
      await until(() => checks.mock.calls.length > 0)
      // A few answers. The client's own timer fires hundreds of times on each connection, and there are three.
      expect(checks.mock.calls.length).toBeLessThan(50)
    } finally {
      checks.mockRestore()
    }
  })

  test('that cannot begin leaves no connection open', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
    const before = sockets()
    const begun = kafka.consume({ group, topics: [`no-${topic}`], onBatch: async () => undefined })
    await expect(begun).rejects.toBeInstanceOf(SelfsameError)
    await until(() => sockets() <= before)
  })
})

describe('lanes', () => {
  const keyed = (count: number, bytes = 10) =>
    producer.send(
      topic,
      Array.from({ length: count }, (_, n) => ({ key: `k${n}`, value: Buffer.alloc(bytes, String(n % 10)) })),
    )

  test('two partitions are handled side by side, each in order and in batches of no more than asked for', async () => {
    await keyed(200)
    const inside = new Set<number>()
    const { promise: both, resolve } = Promise.withResolvers<void>()
    const read = new Map<number, number[]>([
      [0, []],
      [1, []],
    ])
    const sizes: number[] = []
    await consume({
      mostMessages: 30,
      mostUnderWay: 60,
      onBatch: async ({ partition, messages, commit }) => {
        inside.add(partition)
        if (inside.size === 2) resolve()
        await both
        sizes.push(messages.length)
        read.get(partition)?.push(...messages.map(({ offset }) => Number(offset)))
        await commit(next(messages.at(-1)?.offset))
      },
    })
    await until(async () => (await lag()) === 0)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(30)
    for (const offsets of read.values()) expect(offsets).toEqual(offsets.map((_, index) => index))
    expect([...read.values()].flat()).toHaveLength(200)
  })

  test('of a long backlog hold little, however long a batch takes, and the consumer stays in its group', async () => {
    const megabytes = 30
    for (let n = 0; n < megabytes; n += 1) await send(...Array.from({ length: 100 }, () => Buffer.alloc(10_000, 'x')))
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const offsets: number[] = []
    let calls = 0
    const consumer = await consume({
      mostMessages: 500,
      onBatch: async ({ messages, commit }) => {
        calls += 1
        await released
        offsets.push(...messages.map(({ offset }) => Number(offset)))
        await commit(next(messages.at(-1)?.offset))
      },
    })
    await until(() => consumer.waiting().pausedPartitions > 0)
    // Longer than its session: a consumer that fell silent would have lost its partitions, and got the batch again.
    await setTimeout(9000)
    expect(consumer.trouble()).toBeUndefined()
    expect(consumer.waiting().bytes).toBeLessThan(5_000_000)
    expect(calls).toBe(1)
    const { oldest = 0 } = consumer.waiting()
    expect(Date.now() - oldest).toBeGreaterThan(9000)
    release()
    await until(async () => (await lag()) === 0)
    expect(offsets).toEqual(offsets.map((_, index) => index))
    expect(offsets).toHaveLength(megabytes * 100)
    expect(consumer.waiting()).toMatchObject({ messages: 0, bytes: 0, oldest: undefined })
  })

  test('read a partition again from where they are told, and tell who handles it', async () => {
    const seen: string[] = []
    await send('a', 'b', 'c')
    const consumer = await consume({
      onBatch: async ({ partition, messages, signal, commit }) => {
        seen.push(messages.map(({ value }) => String(value)).join(''))
        if (seen.length === 1) {
          await commit(next(messages[1]?.offset))
          consumer.rewind({ topic, partition, offset: '1' })
          expect(signal.aborted).toBe(true)
          await expect(commit(next(messages[2]?.offset))).rejects.toThrow()
          return
        }
        await commit(next(messages.at(-1)?.offset))
      },
    })
    await until(async () => seen.length > 1 && (await lag()) === 0)
    expect(seen).toEqual(['abc', 'bc'])
  })
})

test('a broker that is not there is an error that may pass, within seconds', async () => {
  const nowhere = openKafka({ brokers: '127.0.0.1:1', logger: createLogger({ process: 'test', level: 'silent' }) })
  await expect(nowhere.clusterId()).rejects.toMatchObject({ code: 'kafka_unreachable', retriable: true })
})
