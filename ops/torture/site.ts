import { Redis } from 'ioredis'
import type { Config } from '../../src/config.ts'
import type { Logger } from '../../src/telemetry.ts'
import { SERVICE_NAMES, type ServiceName } from '../stack/service.ts'
import type { Stack } from '../stack/stack.ts'

/** What rounds run on. */
export interface Site {
  /** Of the stack itself, not through links. */
  readonly config: Config
  /** Undefined where the services are not ours to stop: faults that stop them are passed over. */
  readonly stack: Stack | undefined
  /** A folder for what rounds leave; a round without differences leaves nothing. */
  readonly folder: string
  readonly logger: Logger
  /** Work for the end, should it come in the middle; the last that was added comes first. */
  readonly closing: Set<() => Promise<unknown>>
}

/** The ports of the services on 127.0.0.1. */
export function portsOf({ neo4j_uri, kafka_brokers, redis_url }: Config): Record<ServiceName, number> {
  const urls = { neo4j: neo4j_uri, kafka: `kafka://${kafka_brokers}`, redis: redis_url }
  return Object.fromEntries(SERVICE_NAMES.map((name) => [name, Number(new URL(urls[name]).port)])) as Record<
    ServiceName,
    number
  >
}

/** Forgets all jobs, and whatever else Redis knows. */
export async function flushRedis(url: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 3 })
  redis.on('error', () => undefined)
  try {
    await redis.flushall()
  } catch {
    // It is being restarted: what it would have lost it may keep.
  } finally {
    redis.disconnect()
  }
}
