import type { ApolloServerPlugin } from '@apollo/server'
import { ApolloServerErrorCode } from '@apollo/server/errors'
import type { GraphQLFormattedError } from 'graphql'
import { Neo4jError } from 'neo4j-driver'
import { SelfsameError } from '../errors.ts'
import { translate } from '../graph/errors.ts'
import type { Logger } from '../telemetry.ts'
import { BAD_INPUT } from './bad-input.ts'
import type { ApiContext } from './context.ts'
import { CLIENT_GONE } from './reader.ts'

const UNAVAILABLE = 'SERVICE_UNAVAILABLE'
const TOO_MUCH = 'QUESTION_TOO_LARGE'
const TIMED_OUT = 'graph_timeout'

/**
 * The one place where errors become what a client reads: what it did wrong, with a remedy; that the store is away;
 * else nothing but that something failed, and the rest in the log.
 */
export function createFormatError(log: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = causeOf(error)
    if (cause instanceof SelfsameError && cause.code === BAD_INPUT) {
      return worded(formatted, ApolloServerErrorCode.BAD_USER_INPUT, cause.message, cause.remedy)
    }
    const code = formatted.extensions?.code
    if (cause === undefined && code !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR) return formatted
    const translated = translate(cause ?? error)
    if (translated.code === TIMED_OUT) {
      return worded(formatted, TOO_MUCH, 'the answer took too long', 'ask for less: fewer entries, fewer levels')
    }
    const told = translated.code === CLIENT_GONE ? 'debug' : 'error'
    log[told]({ err: cause ?? error, code: translated.code }, 'a question failed')
    if (translated.retriable || translated.code.startsWith('graph_')) {
      return worded(
        formatted,
        UNAVAILABLE,
        'the graph does not answer',
        'try again in a moment; /readyz tells when it answers',
      )
    }
    return worded(
      formatted,
      ApolloServerErrorCode.INTERNAL_SERVER_ERROR,
      'an unexpected error',
      'the log of the server says more',
    )
  }
}

function worded(
  formatted: GraphQLFormattedError,
  code: string,
  message: string,
  remedy?: string,
): GraphQLFormattedError {
  const { locations, path } = formatted
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: { code, ...(remedy === undefined ? {} : { remedy }) },
  }
}

/** Variables that do not fit are told with what may have been meant; Apollo takes it out of what validation says alone. */
export function withoutSuggestions(formatted: GraphQLFormattedError): GraphQLFormattedError {
  return { ...formatted, message: formatted.message.replace(/ ?Did you mean .+\?$/s, '') }
}

/** The error of ours or of the store at the bottom of those that GraphQL wraps around it. */
function causeOf(error: unknown): SelfsameError | Neo4jError | undefined {
  if (error instanceof SelfsameError || error instanceof Neo4jError) return error
  if (!(error instanceof Error)) return undefined
  const wrapped = error as { originalError?: unknown; cause?: unknown; errors?: readonly unknown[] }
  for (const inner of [wrapped.originalError, wrapped.cause, ...(wrapped.errors ?? [])]) {
    const found = inner === error ? undefined : causeOf(inner)
    if (found !== undefined) return found
  }
  return undefined
}

/** Status 503 where the store is away, so that proxies and probes understand it too. */
export const unavailableAsStatus: ApolloServerPlugin<ApiContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response }) => {
      const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : []
      if (errors.some(({ extensions }) => extensions?.code === UNAVAILABLE)) response.http.status = 503
    },
  }),
}
