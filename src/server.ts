import { buildApp } from './api/app.ts'
import { isLoopback } from './api/loopback.ts'
import type { Config } from './config.ts'
import { openGraph } from './graph/graph.ts'
import { applySchema } from './graph/schema.ts'
import { listen } from './listen.ts'
import { loadPolicy } from './rules.ts'
import { createLogger, createMetrics } from './telemetry.ts'

export interface Server {
  /** Without a slash at the end: `http://127.0.0.1:4000`. */
  readonly url: string
  /** What everybody should know who starts it, in a sentence. */
  readonly warning: string
  /** Finishes what is under way and leaves, within 10 s. */
  close(): Promise<void>
}

const LONGEST_CLOSE_MS = 8000

/**
 * Serves GraphQL, GraphiQL and health; resolves once it listens and the common questions are warm. Throws
 * `file_missing`, `policy_…` as its parts do, `graph_unreachable` where Neo4j does not answer, `port_in_use`.
 */
export async function startServer(config: Config): Promise<Server> {
  const log = createLogger({ process: 'serve', level: config.log_level })
  const policy = loadPolicy(config)
  const graph = openGraph(config)
  try {
    await applySchema(graph)
    const app = await buildApp({ graph, policy, log, metrics: createMetrics(), ...settingsOf(config) })
    const { host, port } = config
    const url = await listen(app, { host, port, portSetBy: '--port, SELFSAME_PORT' })
    const warning = warningFor(host)
    log.warn(warning)
    return {
      url,
      warning,
      close: () => closeInTime([() => app.close(), () => graph.close()], () => app.server.closeAllConnections()),
    }
  } catch (error) {
    await graph.close()
    throw error
  }
}

function settingsOf(config: Config) {
  return {
    allowedHosts: namesIn(config.allowed_hosts),
    trustedProxies: namesIn(config.trusted_proxies),
    development: config.development,
    redisUrl: config.redis_url,
    cacheSeconds: config.cache_seconds,
    operationsFile: config.operations_file,
    queryTimeoutMs: config.query_timeout_ms,
    rateLimits: { requests: config.rate_requests, cost: config.rate_cost, address: config.rate_address },
  }
}

function namesIn(list: string): string[] {
  return list.split(',').flatMap((name) => name.trim() || [])
}

function warningFor(host: string): string {
  return isLoopback(host)
    ? 'There is no authentication yet: it answers this machine only, and everybody who works on it.'
    : `There is NO AUTHENTICATION yet, and ${host} is not this machine alone: everybody who reaches it can read every customer. Set SELFSAME_HOST to 127.0.0.1 unless something in front of it decides who may ask.`
}

async function closeInTime(steps: readonly (() => Promise<void>)[], hurry: () => void): Promise<void> {
  const timer = setTimeout(hurry, LONGEST_CLOSE_MS)
  try {
    for (const step of steps) await step()
  } finally {
    clearTimeout(timer)
  }
}
