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
  return {
    registry,
    events: counter('selfsame_events_total', 'messages by what became of them', ['outcome', 'topic']),
    deadLetters: counter('selfsame_dead_letters_total', 'messages refused, by reason', ['reason']),
    leftOut: counter('selfsame_identifiers_left_out_total', 'identifiers that could not be read, by reason', [
      'reason',
    ]),
    retries: counter('selfsame_retries_total', 'attempts that failed and were made again, by step', ['step']),
    created: counter('selfsame_created_total', 'what batches added to the graph', ['what']),
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
