import { hash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { LRUCache } from 'lru-cache'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  type RateLimiterRes,
} from 'rate-limiter-flexible'
import type { Logger } from '../../telemetry.ts'
import type { Caller } from '../caller.ts'
import { createLeases, type Leases } from './leases.ts'
import type { Refusal } from './refusal.ts'

/** Of a minute each; 0: none. */
export interface RateLimitOptions {
  readonly requests: number
  readonly cost: number
  /** Requests of an address that are not signed in. */
  readonly address: number
}

export interface RateLimits {
  /** One request of a caller. */
  request(caller: Caller): Promise<Refusal | undefined> | Refusal | undefined
  /** What its question costs. */
  cost(caller: Caller, cost: number): Promise<Refusal | undefined> | Refusal | undefined
  /** Whether commands may be given: they are not while nobody can count them. */
  command(caller: Caller): Promise<Refusal | undefined>
  /** Whether an address has asked too often without being signed in, as far as this process has heard. */
  blocked(address: string): Refusal | undefined
  /** That it asked once more. A connection that was reset has no address any more. */
  strangerAsked(address: string | undefined): Promise<void>
}

const MINUTE_S = 60
const MOST_ADDRESSES = 10_000

/**
 * Counts in Redis, for all processes together. Where Redis fails, each process counts for itself, so that reads go on,
 * and commands are refused. Without Redis each counts for itself from the start, and says so in the log.
 */
export function createRateLimits(
  { requests, cost, address }: RateLimitOptions,
  { redis, log }: { redis: Redis | undefined; log: Logger },
): RateLimits {
  if (redis === undefined) {
    log.warn('no SELFSAME_REDIS_URL: each process counts requests for itself, so limits hold a process')
  }
  const limiterOf = (name: string, points: number): RateLimiterAbstract | undefined => {
    if (points === 0) return undefined
    const options = { keyPrefix: `selfsame:rate:${name}`, points, duration: MINUTE_S }
    const memory = new RateLimiterMemory(options)
    if (redis === undefined) return memory
    return new RateLimiterRedis({
      ...options,
      storeClient: redis,
      rejectIfRedisNotReady: true,
      insuranceLimiter: memory,
    })
  }
  const leasesOf = (name: string, points: number): Leases | undefined => {
    const limiter = limiterOf(name, points)
    return limiter && createLeases(limiter, points)
  }
  const [byRequests, byCost] = [leasesOf('requests', requests), leasesOf('cost', cost)]
  const strangers = limiterOf('address', address)
  const blockedUntil = new LRUCache<string, number>({ max: MOST_ADDRESSES })
  // Without insurance: it is to fail where Redis does.
  const commands =
    redis &&
    new RateLimiterRedis({
      ...{ keyPrefix: 'selfsame:rate:commands', storeClient: redis, rejectIfRedisNotReady: true },
      ...{ points: requests === 0 ? Number.MAX_SAFE_INTEGER : requests, duration: MINUTE_S },
    })

  return {
    request: (caller) => taken(byRequests?.take(digest(caller.name), 1), 'requests'),
    cost: (caller, points) => taken(byCost?.take(digest(caller.name), points), 'cost'),
    async command(caller) {
      try {
        await commands?.consume(digest(caller.name))
        return undefined
      } catch (reason) {
        return reason instanceof Error ? UNCOUNTED : tooOften('commands', (reason as Waiting).msBeforeNext)
      }
    },
    blocked(stranger) {
      const wait = (blockedUntil.get(stranger) ?? 0) - Date.now()
      return wait > 0 ? tooOften('requests that are not signed in', wait) : undefined
    },
    async strangerAsked(stranger) {
      if (stranger === undefined) return
      const answer = await strangers?.consume(digest(stranger)).catch((reason: Waiting) => reason)
      if (answer?.remainingPoints === 0) blockedUntil.set(stranger, Date.now() + answer.msBeforeNext)
    },
  }
}

type Waiting = Pick<RateLimiterRes, 'msBeforeNext' | 'remainingPoints'>

function taken(wait: Promise<number> | number | undefined, what: string): ReturnType<RateLimits['request']> {
  if (wait === undefined || wait === 0) return undefined
  if (typeof wait === 'number') return tooOften(what, wait)
  return wait.then((ms) => (ms === 0 ? undefined : tooOften(what, ms)))
}

function tooOften(what: string, ms: number): Refusal {
  const retryAfter = Math.max(1, Math.ceil(ms / 1000))
  return {
    ...{ code: 'RATE_LIMITED', status: 429, retryAfter },
    message: `the limit of ${what} a minute is reached`,
    remedy: `ask again in ${retryAfter} s, or less at once; the limits are SELFSAME_RATE_…`,
  }
}

const UNCOUNTED: Refusal = {
  ...{ code: 'COMMANDS_UNAVAILABLE', status: 503, retryAfter: 5 },
  message: 'commands are not taken while Redis, which counts them, does not answer',
  remedy: 'try again in a moment; questions are answered meanwhile',
}

/** A subject may be an e-mail address, and an address is somebody's: neither stands in Redis. */
function digest(name: string): string {
  return hash('sha256', name, 'base64url')
}
