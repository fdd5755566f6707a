import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import Fastify from 'fastify'
import { type ObservationConsumer, startConsumer } from '../ingest/consumer.ts'
import { openEventInbox } from '../ingest/event-inbox.ts'
import type { Config } from './config.ts'
import { openGraph } from './graph/graph.ts'
import { applySchema } from './graph/schema.ts'
import { graphTrouble, type HealthOptions, registerHealth } from './health.ts'
import { startJobs } from './jobs/start-jobs.ts'
import { openKafka } from './kafka.ts'
import { listen } from './listen.ts'
import { createResolver } from './resolver/resolver.ts'
import { warmUp } from './resolver/warm-up.ts'
import { loadRules } from './rules.ts'
import { createLogger, createMetrics } from './telemetry.ts'
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
  /** After which a worker that fell silent loses its partitions to the others; no less than the broker allows. */
  readonly sessionTimeoutMs?: number
  /** Whether it runs the resolver's statements before it is ready; default: it does. */
  readonly warmUp?: boolean
}

type Close = () => Promise<unknown>

const LONGEST_STOP_MS = 9000
// V8 lets garbage grow to four times what lives, and only then collects: 150 MB more, for nothing.
const HEAP_GROWTH = '--heap-growing-percent=60'

/** Starts reading the source topics. Throws where the graph, Kafka or Redis cannot be reached, or the rules are invalid. */
export async function startWorker(config: Config, options: WorkerOptions = {}): Promise<Worker> {
  setFlagsFromString(HEAP_GROWTH)
  const logger = createLogger({ process: 'worker', level: config.log_level })
  const metrics = createMetrics()
  const rules = loadRules(config)
  const graph = openGraph(config)
  // What takes up work ends first, and at once; then the rest, what was opened last before what it stands on.
  const working: Close[] = []
  const opened: Close[] = [() => graph.close()]
  const end = (close: Close) => close().catch((error: unknown) => logger.warn({ err: error }, 'closing'))
  const stop = async () => {
    const all = (async () => {
      await Promise.all(working.map(end))
      for (const close of opened.toReversed()) await end(close)
    })()
    await Promise.race([all, setTimeout(LONGEST_STOP_MS, undefined, { ref: false })])
    logger.info('stopped')
  }
  let starting: string | undefined = 'starting'
  let consumer: ObservationConsumer | undefined
  const trouble = async () => starting ?? (await graphTrouble(graph)) ?? consumer?.trouble()
  try {
    const address = await serveHealth(config, { metrics, trouble }, opened)
    await applySchema(graph)
    starting = 'warming up'
    if (options.warmUp ?? true) await warmUp({ graph, rules })
    starting = 'joining the consumer group'
    const kafka = openKafka({ brokers: config.kafka_brokers, logger })
    opened.push(() => kafka.close())
    const onRetry = (code: string) => metrics.retries.inc({ step: 'commit', code })
    const reading = await startConsumer({
      ...{ kafka, graph, metrics, logger, policy: rules.policy },
      ...{
        resolver: createResolver({ graph, rules, onRetry, slowPathLimit: config.slow_path_limit }),
        inbox: openEventInbox(inboxFolder(config.warehouse_file)),
      },
      ...{ group: config.kafka_group, batchSize: config.batch_size, knownFacts: config.known_facts },
      ...{ topicName: options.topicName, sessionTimeoutMs: options.sessionTimeoutMs },
    })
    consumer = reading
    working.push(() => reading.stop())
    const jobs = await startJobs({
      ...{ redisUrl: config.redis_url, graph, warehouseFile: config.warehouse_file, logger },
      intervalMs: config.projection_interval_ms,
    })
    working.push(() => jobs.close())
    starting = undefined
    logger.info({ address }, 'reading')
    return { address, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Answers from the first moment, so that a start that takes long can be told from one that hangs. */
async function serveHealth(config: Config, options: HealthOptions, opened: Close[]): Promise<string> {
  const app = Fastify({ forceCloseConnections: true })
  registerHealth(app, options)
  const { host, worker_port: port } = config
  const address = await listen(app, { host, port, portSetBy: 'SELFSAME_WORKER_PORT' })
  opened.push(() => app.close())
  return address
}
