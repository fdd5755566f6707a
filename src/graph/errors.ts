import { Neo4jError } from 'neo4j-driver'
import { SelfsameError } from '../errors.ts'

/** Codes after which the same transaction may succeed: the store asks for it, or another worker was faster. */
const RETRIABLE = new Set([
  'ServiceUnavailable',
  'SessionExpired',
  'Neo.ClientError.Schema.ConstraintValidationFailed',
  'Neo.ClientError.Cluster.NotALeader',
  'Neo.ClientError.Statement.EntityNotFound',
  'Neo.ClientError.Transaction.LockAcquisitionTimeout',
])
/** Another transaction stood in the way. */
const BUSY = new Set([
  'Neo.TransientError.Transaction.DeadlockDetected',
  'Neo.TransientError.Transaction.LockAcquisitionTimeout',
  'Neo.ClientError.Transaction.LockAcquisitionTimeout',
])
const TIMED_OUT = 'Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration'
/** A smaller transaction may pass, the same one will not. */
const TOO_LARGE = 'Neo.TransientError.General.MemoryPoolOutOfMemoryError'
const UNREACHABLE = new Set(['ServiceUnavailable', 'SessionExpired'])
const UNAUTHORISED = new Set([
  'Neo.ClientError.Security.Unauthorized',
  'Neo.ClientError.Security.AuthenticationRateLimit',
])

/** The one place where errors of the store are classified: by code, never by message. */
export function translate(error: unknown): SelfsameError {
  if (error instanceof SelfsameError) return error
  if (!(error instanceof Neo4jError)) {
    return new SelfsameError('internal', 'an unexpected error', { cause: error })
  }
  const retriable =
    RETRIABLE.has(error.code) || (error.code.startsWith('Neo.TransientError.') && error.code !== TOO_LARGE)
  if (UNREACHABLE.has(error.code)) {
    return new SelfsameError('graph_unreachable', 'Neo4j cannot be reached', {
      retriable,
      cause: error,
      remedy: 'is it running? `npx selfsame stack status` tells',
    })
  }
  if (UNAUTHORISED.has(error.code)) {
    return new SelfsameError('graph_unauthorised', 'Neo4j does not accept the user and password', {
      cause: error,
      remedy: 'check SELFSAME_NEO4J_USER and SELFSAME_NEO4J_PASSWORD',
    })
  }
  const code = BUSY.has(error.code) ? 'graph_busy' : error.code === TIMED_OUT ? 'graph_timeout' : 'graph_refused'
  return new SelfsameError(code, `Neo4j refused a statement (${error.code})`, { retriable, cause: error })
}

/** Whether time alone may put it right: the store is away, or others are at work. */
export function heals({ code }: SelfsameError): boolean {
  return code === 'graph_unreachable' || code === 'graph_busy'
}

/**
 * The error of a transaction that failed again and again. Only what time heals is still worth trying: what conflicts
 * or overflows every time does so because of what the transaction holds.
 */
export function exhausted(error: SelfsameError): SelfsameError {
  const { code, message, remedy, cause } = error
  return new SelfsameError(code, message, {
    retriable: heals(error),
    cause,
    ...(remedy === undefined ? {} : { remedy }),
  })
}
