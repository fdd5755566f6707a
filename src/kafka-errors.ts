import { SelfsameError } from './errors.ts'

interface ClientError extends Error {
  readonly type?: string
  readonly retriable?: boolean
}

const TOPIC_MISSING = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_ID'])
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

/**
 * The one place where errors of the Kafka client become ours: by name and type, never by message. What the client
 * gave up on after its own attempts (a broker away, a coordinator moving) is retriable: the broker may come back.
 */
export function translateKafkaError(error: unknown): SelfsameError {
  if (error instanceof SelfsameError) return error
  const origin = originOf(error)
  if (!(origin instanceof Error) || !origin.name.startsWith('KafkaJS')) {
    return new SelfsameError('internal', 'an unexpected error of the Kafka client', { cause: error })
  }
  const { type = '', retriable } = origin as ClientError
  if (TOPIC_MISSING.has(type)) {
    return new SelfsameError('kafka_topic_missing', 'a topic does not exist', {
      cause: error,
      remedy: '`npx selfsame work` makes the topics that it reads; others are made by whoever owns them',
    })
  }
  if (TOO_LARGE.has(type)) {
    return new SelfsameError('kafka_message_too_large', 'a message is larger than its topic allows', { cause: error })
  }
  if (type === '' && retriable !== false) {
    return new SelfsameError('kafka_unreachable', 'Kafka cannot be reached', {
      retriable: true,
      cause: error,
      remedy: 'is it running? `npx selfsame stack status` tells',
    })
  }
  return new SelfsameError(`kafka:${type || origin.name}`, 'Kafka refused a request', {
    retriable: retriable !== false,
    cause: error,
  })
}

/** What the client wrapped, once for giving up and once for not being retriable. */
function originOf(error: unknown): unknown {
  let origin = error
  for (let depth = 0; depth < 5 && origin instanceof Error; depth += 1) {
    const inner = origin.cause ?? ('errors' in origin && Array.isArray(origin.errors) ? origin.errors[0] : undefined)
    if (inner === undefined) return origin
    origin = inner
  }
  return origin
}
