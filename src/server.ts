import { openHttpIngest } from '../ingest/http/open-http-ingest.ts'
import { buildApp } from './api/app.ts'
import { type AuthenticationOptions, createAuthenticate } from './api/authenticate.ts'
import { isLoopback } from './api/loopback.ts'
import { createSealedKeys } from './api/sealed-keys.ts'
import type { Config } from './config.ts'
import { SelfsameError } from './errors.ts'
import { openGraph } from './graph/graph.ts'
import { applySchema } from './graph/schema.ts'
import { type KeyRing, openKeyRing } from './keys/key-ring.ts'
import { listen } from './listen.ts'
import { loadRules } from './rules.ts'
import { createLogger, createMetrics } from './telemetry.ts'
import { tokenRules } from './token-rules.ts'

export interface Server {
  /** Without a slash at the end: `http://127.0.0.1:4000`. */
  readonly url: string
  /** What whoever starts it should know, in a sentence: who may ask. */
  readonly notice: string
  /** Finishes what is under way and leaves, within 10 s. */
  close(): Promise<void>
}

export interface ServerOptions {
  /** The name a topic has in this deployment; default: its own. */
  readonly topicName?: (topic: string) => string
}

const LONGEST_CLOSE_MS = 8000

/**
 * Serves GraphQL, health, in development GraphiQL and, where Kafka is configured, HTTP ingest; resolves once it listens
 * and the common questions are warm. Throws `file_missing`, `policy_…`, `config_invalid` as its parts do,
 * `graph_unreachable` where Neo4j does not answer, `port_in_use`.
 */
export async function startServer(config: Config, { topicName }: ServerOptions = {}): Promise<Server> {
  const log = createLogger({ process: 'serve', level: config.log_level })
  const rules = loadRules(config)
  const { policy, idKey } = rules
  const tokens = tokenRules(config)
  refuseOpenDevelopment(config)
  const metrics = createMetrics()
  const graph = openGraph(config, { readTimeoutMs: config.query_timeout_ms })
  const keys = openKeyRing({ graph })
  const ingest =
    config.kafka_brokers === ''
      ? undefined
      : openHttpIngest({ config, graph, keys, policy, metrics, logger: log, topicName })
  try {
    await applySchema(graph)
    const { host, port, development } = config
    const app = await buildApp({
      ...{ graph, rules, log, metrics, ...settingsOf(config), addRoutes: ingest?.register },
      authenticate: createAuthenticate({ tokens, development, findKey: apiKeysOf(keys) }),
      sealedKeys: createSealedKeys(idKey),
    })
    const url = await listen(app, { host, port, portSetBy: '--port, SELFSAME_PORT' })
    const notice = noticeFor({ development, tokens: tokens !== undefined })
    log.info(notice)
    return {
      url,
      notice,
      close: () =>
        closeInTime([() => app.close(), async () => ingest?.close(), () => graph.close()], () =>
          app.server.closeAllConnections(),
        ),
    }
  } catch (error) {
    await ingest?.close()
    await graph.close()
    throw error
  }
}

/** Write keys open nothing but ingest. */
function apiKeysOf(keys: KeyRing): AuthenticationOptions['findKey'] {
  return async (secret) => {
    const key = await keys.find(secret)
    return key?.use === 'api' ? key : undefined
  }
}

/** Nobody signs in there. */
function refuseOpenDevelopment({ development, host }: Config): void {
  if (!development || isLoopback(host)) return
  throw new SelfsameError('config_invalid', `in development it listens on this machine alone, not on ${host}`, {
    remedy: 'set SELFSAME_HOST to 127.0.0.1, or SELFSAME_DEVELOPMENT to false and give out API keys',
  })
}

function noticeFor({ development, tokens }: { development: boolean; tokens: boolean }): string {
  if (development) return 'Development: whoever is on this machine asks as admin, without signing in.'
  const ways = tokens ? 'a token of the issuer or an API key' : 'an API key'
  return `Who asks brings ${ways} (selfsame keys create --role ROLE makes one).`
}

function settingsOf(config: Config) {
  return {
    allowedHosts: namesIn(config.allowed_hosts),
    trustedProxies: namesIn(config.trusted_proxies),
    development: config.development,
    slowPathLimit: config.slow_path_limit,
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

async function closeInTime(steps: readonly (() => Promise<void>)[], hurry: () => void): Promise<void> {
  const timer = setTimeout(hurry, LONGEST_CLOSE_MS)
  try {
    for (const step of steps) await step()
  } finally {
    clearTimeout(timer)
  }
}
