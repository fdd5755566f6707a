import { Redis } from 'ioredis'
import type { Logger } from '../telemetry.ts'

/** Longer than that nobody waits for what Redis would only make quicker. */
const LONGEST_WAIT_MS = 250

/**
 * Redis for what can do without: a request fails at once while it is away, and connecting is tried again and again.
 * Undefined where no address is given.
 */
export function openRedis(url: string, log: Logger): Redis | undefined {
  if (url === '') return undefined
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: LONGEST_WAIT_MS,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2000),
  })
  let away = false
  redis.on('error', (err: unknown) => {
    if (!away) log.warn({ err }, 'Redis does not answer')
    away = true
  })
  redis.on('ready', () => {
    away = false
  })
  return redis
}
