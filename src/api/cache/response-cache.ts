import { hash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import type { Tag } from '../../graph/change-notes.ts'
import type { Millis } from '../../identity/types.ts'
import type { Logger } from '../../telemetry.ts'
import type { CacheMetrics } from './cache-metrics.ts'
import type { Lifetime } from './tracking.ts'
import type { ChangeWatch } from './watch-changes.ts'

/** An answer as it was sent. */
export interface Answer {
  readonly contentType: string
  /** Text, which leaves in one piece with its headers. */
  readonly body: string
  readonly lifetime: Lifetime
  readonly tags: readonly Tag[]
  /** See `ChangeWatch.asOf`. */
  readonly asOf: Millis
}

export interface ResponseCache {
  /** The answer that still holds at a time that `ChangeWatch.asOf` tells now; undefined where none is known. */
  find(key: string, now: Millis): Answer | undefined | Promise<Answer | undefined>
  keep(key: string, answer: Answer): void
}

interface Remembered {
  readonly answer: Answer
  /** A time as of which it was found to hold: what changed before need not be looked through again. */
  held: Millis
}

export interface ResponseCacheOptions {
  readonly watch: ChangeWatch
  /** Undefined: it remembers in this process alone. */
  readonly redis: Redis | undefined
  readonly seconds: number
  readonly metrics: CacheMetrics
  readonly log: Logger
}

const MEMORY_BYTES = 64_000_000
/** Longer ones are not remembered. */
const MOST_CHARACTERS = 256_000
/** Less than the second that an answer may be stale by. */
const BRIEF_MS = 900
/** Of what an entry takes beside its question and its body. */
const ENTRY_BYTES = 300
const TAG_BYTES = 8
/** At most, in memory. */
const CHARACTER_BYTES = 2
const PREFIX = 'selfsame:answer:'

/**
 * Remembers answers in memory and, those that are told of changes, in Redis, where other processes find them. Whoever
 * finds one makes sure that nothing it holds has changed. What Redis fails at is not remembered, and no more than that.
 */
export function createResponseCache({ watch, redis, seconds, metrics, log }: ResponseCacheOptions): ResponseCache {
  const memory = new LRUCache<string, Remembered>({
    maxSize: MEMORY_BYTES,
    sizeCalculation: ({ answer: { body, tags } }, key) =>
      CHARACTER_BYTES * (key.length + body.length) + TAG_BYTES * tags.length + ENTRY_BYTES,
  })
  let failing = false

  function holds(remembered: Remembered, now: Millis): boolean {
    const { lifetime, tags, asOf } = remembered.answer
    const age = watch.age(asOf)
    if (lifetime === 'brief') return age < BRIEF_MS
    if (age >= seconds * 1000 || !watch.unchanged(tags, remembered.held)) return false
    remembered.held = now
    return true
  }

  function told(answer: Answer, where: 'memory' | 'redis'): Answer {
    metrics.answered[where].inc()
    metrics.age.observe(Math.max(0, watch.age(answer.asOf)) / 1000)
    return answer
  }

  function missed(): undefined {
    metrics.answered.none.inc()
  }

  function failed(err: unknown): undefined {
    if (!failing) log.warn({ err }, 'Redis does not remember answers')
    failing = true
  }

  async function findInRedis(key: string, now: Millis, redis: Redis): Promise<Answer | undefined> {
    const text = await redis.get(inRedis(key)).catch(failed)
    if (text === null || text === undefined) return missed()
    failing = false
    const answer = decode(text)
    const found = { answer, held: answer.asOf }
    if (!holds(found, now)) return missed()
    memory.set(key, found)
    return told(answer, 'redis')
  }

  return {
    find(key, now) {
      const known = memory.get(key)
      if (known !== undefined && holds(known, now)) return told(known.answer, 'memory')
      memory.delete(key)
      return redis?.status === 'ready' ? findInRedis(key, now, redis) : missed()
    },
    keep(key, answer) {
      if (answer.body.length > MOST_CHARACTERS) return
      memory.set(key, { answer, held: answer.asOf })
      if (answer.lifetime === 'brief' || redis?.status !== 'ready') return
      redis.set(inRedis(key), encode(answer), 'EX', seconds).catch(failed)
    },
  }
}

/** Digested: neither the question nor what it is about stands there. */
function inRedis(key: string): string {
  return PREFIX + hash('sha256', key, 'base64url')
}

function encode({ body, ...about }: Answer): string {
  return `${JSON.stringify(about)}\n${body}`
}

function decode(text: string): Answer {
  const end = text.indexOf('\n')
  return { ...JSON.parse(text.slice(0, end)), body: text.slice(end + 1) }
}
