import { openHttpIngest } from '../ingest/http/open-http-ingest.ts'
import { buildApp } from './api/app.ts'
import { isLoopback } from './api/loopback.ts'
import type { Config } from './config.ts'
import { openGraph } from './graph/graph.ts'
import { applySchema } from './graph/schema.ts'
import { openKeyRing } from './keys/key-ring.ts'
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

export interface ServerOptions {
  /** The name a topic has in this deployment; default: its own. */
  readonly topicName?: (topic: string) => string
}

const LONGEST_CLOSE_MS = 8000

/**
 * Serves GraphQL, GraphiQL, health and, where Kafka is configured, HTTP ingest; resolves once it listens and the common
 * questions are warm. Throws `file_missing`, `policy_…` as its parts do, `graph_unreachable` where Neo4j does not
 * answer, `port_in_use`.
 */
export async function startServer(config: Config, { topicName }: ServerOptions = {}): Promise<Server> {
  const log = createLogger({ process: 'serve', level: config.log_level })
  const policy = loadPolicy(config)
  const metrics = createMetrics()
  const graph = openGraph(config)
  const ingest =
    config.kafka_brokers === ''
      ? undefined
      : openHttpIngest({ config, graph, keys: openKeyRing({ graph }), policy, metrics, logger: log, topicName })
  try {
    await applySchema(graph)
    const allowedHosts = config.allowed_hosts.split(',').flatMap((name) => name.trim() || [])
    const app = await buildApp({ graph, policy, log, allowedHosts, metrics, addRoutes: ingest?.register })
    const { host, port } = config
    const url = await listen(app, { host, port, portSetBy: '--port, SELFSAME_PORT' })
    const warning = warningFor(host)
    log.warn(warning)
    return {
      url,
      warning,
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
