import { Neo4jError } from 'neo4j-driver'
import { SelfsameError } from '../errors.ts'

/** Codes after which the same transaction may succeed: the store asks for it, or another worker was faster. */
const RETRIABLE = new Set([
  'ServiceUnavailable',
  'SessionExpired',
  'Neo.ClientError.Schema.ConstraintValidationFailed',
  'Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration',
  'Neo.ClientError.Cluster.NotALeader',
])
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
  const retriable = RETRIABLE.has(error.code) || error.code.startsWith('Neo.TransientError.')
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
  return new SelfsameError(`graph:${error.code}`, 'Neo4j refused a statement', { retriable, cause: error })
}
