import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../../src/config.ts'
import type { Graph } from '../../src/graph/graph.ts'
import type { Policy } from '../../src/identity/policy.ts'
import { openKafka } from '../../src/kafka.ts'
import type { KeyRing } from '../../src/keys/key-ring.ts'
import type { Logger, Metrics } from '../../src/telemetry.ts'
import { watchCommits } from './commit-watch.ts'
import { createEventSender } from './event-sender.ts'
import { registerIngest } from './register-ingest.ts'

// Where Kafka is away, connecting may take longer. What was acknowledged hangs on nothing here.
const LONGEST_CLOSE_MS = 1000

export interface HttpIngestOptions {
  readonly config: Pick<Config, 'kafka_brokers' | 'kafka_group'>
  readonly graph: Graph
  readonly keys: KeyRing
  readonly policy: Policy
  readonly metrics: Metrics
  readonly logger: Logger
  /** The name a topic has in this deployment; default: its own. */
  readonly topicName?: ((topic: string) => string) | undefined
}

export interface HttpIngest {
  /** Adds the routes. */
  register(app: FastifyInstance): Promise<void>
  /** Once the app is closed. */
  close(): Promise<void>
}

/**
 * HTTP ingest with what it stands on. It opens whether Kafka answers or not: reading must not depend on it, and events
 * that come while it is away are told to come again.
 */
export function openHttpIngest(options: HttpIngestOptions): HttpIngest {
  const { config, graph, keys, policy, metrics, logger, topicName = (topic) => topic } = options
  const kafka = openKafka({ brokers: config.kafka_brokers, logger })
  const topic = topicName('observations')
  const sender = createEventSender({ kafka, topic, topicName })
  const commits = watchCommits({ kafka, topic, group: config.kafka_group })
  return {
    async register(app) {
      await registerIngest(app, { keys, policy, graph, sender, commits, metrics, logger })
      sender.open().catch((error: unknown) => logger.warn({ err: error }, 'Kafka does not answer yet'))
    },
    async close() {
      const closed = Promise.all([sender.close(), kafka.close()]).catch((error: unknown) =>
        logger.warn({ err: error }, 'closing'),
      )
      await Promise.race([closed, setTimeout(LONGEST_CLOSE_MS, undefined, { ref: false })])
    },
  }
}
