import { LRUCache } from 'lru-cache'
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'

/** Points that are taken of a limit, counted here where that will do. */
export interface Leases {
  /** Milliseconds to wait where the limit is reached; 0 where the points are granted. Throws where nobody counts. */
  take(key: string, points: number): Promise<number> | number
}

interface Lease {
  left: number
  /** End of the minute, or of the time for which it is known that nothing is left. */
  readonly until: number
  readonly reached: boolean
}

/** Callers whose leases are remembered; one forgotten asks again. */
const MOST_KEYS = 10_000
/** A lease is so small a part of the limit: that much a process may keep others from using. */
const PART = 100

/**
 * Takes points in advance, a hundredth of the limit at a time, so that most requests wait for no store. A process that
 * does not use its lease up wastes it; where the limit is below 200 every point is asked for.
 */
export function createLeases(limiter: RateLimiterAbstract, limit: number): Leases {
  const leases = new LRUCache<string, Lease>({ max: MOST_KEYS })
  const whole = Math.max(1, Math.floor(limit / PART))

  async function renew(key: string, points: number): Promise<number> {
    const wanted = Math.max(points, whole)
    const answer = await limiter.consume(key, wanted).catch((reason: unknown) => {
      if (reason instanceof RateLimiterRes) return reason
      throw reason
    })
    const reached = answer.consumedPoints > limit
    const until = Date.now() + answer.msBeforeNext
    leases.set(key, { left: reached ? 0 : wanted - points, until, reached })
    return reached ? Math.max(1, answer.msBeforeNext) : 0
  }

  // Who comes while a lease is being asked for waits for it: each asking for one would waste all but the last.
  const renewing = new Map<string, Promise<number>>()
  function renewOnce(key: string, points: number): Promise<number> {
    const underWay = renewing.get(key)
    const again = () => take(key, points)
    if (underWay !== undefined) return underWay.then(again, again)
    const renewal = renew(key, points).finally(() => renewing.delete(key))
    renewing.set(key, renewal)
    return renewal
  }

  function take(key: string, points: number): Promise<number> | number {
    const lease = leases.get(key)
    const now = Date.now()
    if (lease === undefined || now >= lease.until) return renewOnce(key, points)
    if (lease.reached) return lease.until - now
    if (lease.left < points) return renewOnce(key, points)
    lease.left -= points
    return 0
  }

  return { take }
}
