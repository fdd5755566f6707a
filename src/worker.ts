import { setTimeout } from 'node:timers/promises'
import Fastify from 'fastify'
import { startConsumer } from '../ingest/consumer.ts'
import { openEventInbox } from '../ingest/event-inbox.ts'
import type { Config } from './config.ts'
import { SelfsameError } from './errors.ts'
import { type Graph, openGraph } from './graph/graph.ts'
import { applySchema } from './graph/schema.ts'
import { startJobs } from './jobs/start-jobs.ts'
import { openKafka } from './kafka.ts'
import { createResolver } from './resolver/resolver.ts'
import { loadRules } from './rules.ts'
import { createLogger, createMetrics, type Metrics } from './telemetry.ts'
import { inboxFolder } from './warehouse/events-inbox.ts'

export interface Worker {
  /** Where /livez, /readyz and /metrics are. */
  readonly address: string
  /** Ends the batch under way and leaves; within 9 s, whatever it waits for. What was not committed comes again. */
  stop(): Promise<void>
}

export interface WorkerOptions {
  /** The name a topic has in this deployment; default: its own. */
  readonly topicName?: (topic: string) => string
  /** After which a worker that fell silent loses its partitions to the others; at least 6000. */
  readonly sessionTimeoutMs?: number
}

const LONGEST_STOP_MS = 9000
const PROBE_MS = 2000

/** Starts reading the source topics. Throws where the graph or Kafka cannot be reached, or the rules are invalid. */
export async function startWorker(config: Config, options: WorkerOptions = {}): Promise<Worker> {
  const logger = createLogger({ process: 'worker', level: config.log_level })
  const metrics = createMetrics()
  const rules = loadRules(config)
  const graph = openGraph(config)
  const closing: (() => Promise<unknown>)[] = [() => graph.close()]
  const stop = async () => {
    // The last that was opened is closed first: the consumer before the graph it writes to.
    const all = (async () => {
      for (const close of closing.toReversed()) {
        await close().catch((error: unknown) => logger.warn({ err: error }, 'closing'))
      }
    })()
    await Promise.race([all, setTimeout(LONGEST_STOP_MS, undefined, { ref: false })])
    logger.info('stopped')
  }
  try {
    await applySchema(graph)
    const kafka = openKafka({ brokers: config.kafka_brokers, logger })
    closing.push(() => kafka.close())
    const resolver = createResolver({ graph, rules })
    const inbox = openEventInbox(inboxFolder(config.warehouse_file))
    const consumer = await startConsumer({
      ...{ kafka, graph, resolver, inbox, metrics, logger, policy: rules.policy },
      ...{ group: config.kafka_group, batchSize: config.batch_size },
      ...{ topicName: options.topicName, sessionTimeoutMs: options.sessionTimeoutMs },
    })
    closing.push(() => consumer.stop())
    const jobs = await startJobs({
      ...{ redisUrl: config.redis_url, graph, warehouseFile: config.warehouse_file, logger },
      intervalMs: config.projection_interval_ms,
    })
    closing.push(() => jobs.close())
    const health = healthServer({ metrics, trouble: async () => consumer.trouble() ?? (await troubleOf(graph)) })
    const address = await health.listen({ host: config.host, port: config.worker_port }).catch((cause: unknown) => {
      throw new SelfsameError('port_taken', `cannot listen on ${config.host}:${config.worker_port}`, {
        cause,
        remedy: 'set SELFSAME_WORKER_PORT to another port, or to 0 for any free one',
      })
    })
    closing.push(() => health.close())
    logger.info({ address }, 'reading')
    return { address, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Liveness, readiness (503 with a word on what is in the way) and metrics. */
function healthServer({ metrics, trouble }: { metrics: Metrics; trouble: () => Promise<string | undefined> }) {
  const server = Fastify({ forceCloseConnections: true })
  server.get('/livez', async () => ({ alive: true }))
  server.get('/readyz', async (_, reply) => {
    const reason = await trouble()
    return reply.code(reason === undefined ? 200 : 503).send({ ready: reason === undefined, reason })
  })
  server.get('/metrics', async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
  return server
}

async function troubleOf({ driver, database }: Graph): Promise<string | undefined> {
  const answers = driver.verifyConnectivity({ database }).then(
    () => undefined,
    () => 'the graph cannot be reached',
  )
  return Promise.race([answers, setTimeout(PROBE_MS, 'the graph does not answer', { ref: false })])
}
