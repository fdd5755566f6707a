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
const CONFLICT = 'CONFLICT'

/** What a client did, or met, by our own code; those texts never quote what it sent. */
const OF_CLIENTS: Readonly<Record<string, string>> = {
  [BAD_INPUT]: ApolloServerErrorCode.BAD_USER_INPUT,
  same_identifier: ApolloServerErrorCode.BAD_USER_INPUT,
  not_in_review: ApolloServerErrorCode.BAD_USER_INPUT,
  unknown_identifier: ApolloServerErrorCode.BAD_USER_INPUT,
  nothing_to_search: ApolloServerErrorCode.BAD_USER_INPUT,
  policy_invalid: ApolloServerErrorCode.BAD_USER_INPUT,
  decision_superseded: CONFLICT,
  idempotency_key_reused: CONFLICT,
  changing: CONFLICT,
  what_if_busy: CONFLICT,
  // Nobody reads it; it is no failure of ours.
  aborted: 'CLIENT_GONE',
}

/**
 * The one place where errors become what a client reads: what it did wrong, with a remedy; that the store is away;
 * else nothing but that something failed, and the rest in the log.
 */
export function createFormatError(log: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = causeOf(error)
    if (cause instanceof SelfsameError && Object.hasOwn(OF_CLIENTS, cause.code)) {
      const { code, message, remedy } = cause
      return worded(formatted, OF_CLIENTS[code] ?? CONFLICT, { message, remedy, reason: code })
    }
    const code = formatted.extensions?.code
    if (cause === undefined && code !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR) return formatted
    const translated = translate(cause ?? error)
    if (translated.code === TIMED_OUT) {
      const remedy = 'ask for less: fewer entries, fewer levels'
      return worded(formatted, TOO_MUCH, { message: 'the answer took too long', remedy })
    }
    const told = translated.code === CLIENT_GONE ? 'debug' : 'error'
    log[told]({ err: cause ?? error, code: translated.code }, 'a question failed')
    if (translated.retriable || translated.code.startsWith('graph_')) {
      const remedy = 'try again in a moment; /readyz tells when it answers'
      return worded(formatted, UNAVAILABLE, { message: 'the graph does not answer', remedy })
    }
    const remedy = 'the log of the server says more'
    return worded(formatted, ApolloServerErrorCode.INTERNAL_SERVER_ERROR, { message: 'an unexpected error', remedy })
  }
}

function worded(
  formatted: GraphQLFormattedError,
  code: string,
  { message, remedy, reason }: { message: string; remedy?: string | undefined; reason?: string },
): GraphQLFormattedError {
  const { locations, path } = formatted
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: {
      ...{ code, ...(reason === undefined ? {} : { reason }) },
      ...(remedy === undefined ? {} : { remedy }),
    },
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
