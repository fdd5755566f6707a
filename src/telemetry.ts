import { type Logger, pino } from 'pino'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { SelfsameError } from './errors.ts'

export type { Logger } from 'pino'

/** What never goes into a log, wherever somebody hands it over by mistake. */
const PRIVATE = [
  'value',
  'values',
  'key',
  'identifier',
  'identifiers',
  'record',
  'traits',
  'properties',
  'email',
  'phone',
  'name',
  'payload',
  'body',
  'password',
  'authorization',
]

/**
 * The logger of a process: JSON lines on stderr, because stdout belongs to what a command prints. Identifiers, traits
 * and secrets are censored by name; errors are told by code and place, see `safeError`.
 */
export function createLogger({ process: role, level }: { process: string; level: string }): Logger {
  return pino(
    {
      base: { process: role, pid: process.pid },
      level,
      serializers: { err: safeError, error: safeError },
      redact: { paths: PRIVATE.flatMap((name) => [name, `*.${name}`]), censor: '[private]' },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}

/**
 * An error without what it quotes: stores and parsers repeat the values they choke on in their messages, so only our
 * own messages are kept, of the others the class, the code and where it happened.
 */
export function safeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error }
  const { cause } = error
  return {
    type: error.name,
    ...('code' in error ? { code: error.code } : {}),
    ...(error instanceof SelfsameError ? { message: error.message, retriable: error.retriable } : {}),
    at: placesOf(error),
    ...(cause === undefined ? {} : { cause: safeError(cause) }),
  }
}

/** Where it happened: the lines of the stack after the message, which may itself hold lines that look like them. */
function placesOf({ stack = '', message }: Error): string[] {
  const end = stack.indexOf(message)
  if (end < 0) return []
  const places = stack
    .slice(end + message.length)
    .split('\n')
    .slice(1, 9)
  return places.map((line) => line.trim())
}

/** States that metrics are read from. */
export interface Watched {
  /** `oldest` in milliseconds since the epoch. */
  readonly waiting: () => {
    readonly messages: number
    readonly bytes: number
    readonly oldest: number | undefined
    readonly pausedPartitions: number
  }
  readonly filterEntries: () => number
}

export type Metrics = ReturnType<typeof createMetrics>

/**
 * The metrics of a process, in base units, on a registry of their own. No label ever holds an identifier or anything
 * else a message says: topics, reasons and steps are words of ours.
 */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name, help, labelNames, registers: [registry] })
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value())
      },
    })
  let watched: Watched | undefined
  const waiting = () => watched?.waiting()
  gauge(
    'selfsame_oldest_uncommitted_seconds',
    'age in Kafka of the oldest message read and not committed; 0: none',
    () => {
      const oldest = waiting()?.oldest
      return oldest === undefined ? 0 : Math.max(0, Date.now() - oldest) / 1000
    },
  )
  gauge('selfsame_waiting_messages', 'messages fetched and not committed', () => waiting()?.messages ?? 0)
  gauge('selfsame_waiting_bytes', 'memory that they take, about', () => waiting()?.bytes ?? 0)
  gauge(
    'selfsame_paused_partitions',
    'partitions not fetched from, because enough of them waits',
    () => waiting()?.pausedPartitions ?? 0,
  )
  gauge('selfsame_novelty_filter_entries', 'facts that the novelty filter holds', () => watched?.filterEntries() ?? 0)
  return {
    registry,
    /** What is asked for its state whenever metrics are. */
    watch: (what: Watched) => {
      watched = what
    },
    events: counter('selfsame_events_total', 'messages by what became of them', ['outcome', 'topic']),
    deadLetters: counter('selfsame_dead_letters_total', 'messages refused, by reason', ['reason']),
    leftOut: counter('selfsame_identifiers_left_out_total', 'identifiers that could not be read, by reason', [
      'reason',
    ]),
    httpEvents: counter(
      'selfsame_http_events_total',
      'events that came over HTTP: accepted, or why they were refused',
      ['endpoint', 'outcome'],
    ),
    httpRefused: counter('selfsame_http_requests_refused_total', 'requests with events that were refused as a whole', [
      'endpoint',
      'code',
    ]),
    retries: counter('selfsame_retries_total', 'attempts that failed and were made again, by step and code', [
      'step',
      'code',
    ]),
    created: counter('selfsame_created_total', 'what batches added to the graph', ['what']),
    refused: counter('selfsame_refused_links_total', 'links refused that were not refused before', []),
    slowPathIdentifiers: new Histogram({
      name: 'selfsame_slow_path_identifiers',
      help: 'identifiers that a transaction loaded whole components of',
      buckets: [10, 100, 1000, 5000, 20_000, 100_000],
      registers: [registry],
    }),
    slowPathComponents: counter('selfsame_slow_path_components_total', 'components loaded and resolved whole', []),
    unresolved: counter('selfsame_unresolved_components_total', 'components too large for it, left as they were', []),
    filterAsked: counter('selfsame_novelty_filter_asked_total', 'observations by what the novelty filter said', [
      'answer',
    ]),
    filterDrops: counter('selfsame_novelty_filter_drops_total', 'how often it forgot everything, by reason', [
      'reason',
    ]),
    wentBack: counter('selfsame_graph_went_back_total', 'how often the graph was an older one than written to', []),
    batchSize: new Histogram({
      name: 'selfsame_batch_messages',
      help: 'messages a batch',
      buckets: [1, 10, 100, 500, 1000, 2000, 5000],
      registers: [registry],
    }),
    batchSeconds: new Histogram({
      name: 'selfsame_batch_seconds',
      help: 'seconds a batch spends in each step',
      labelNames: ['step'],
      buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15],
      registers: [registry],
    }),
    lag: new Gauge({
      name: 'selfsame_lag_messages',
      help: 'messages not yet read, as of the last batch',
      labelNames: ['topic', 'partition'],
      registers: [registry],
    }),
  }
}
