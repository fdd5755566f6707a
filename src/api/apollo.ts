import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Logger } from '../telemetry.ts'
import type { ApiContext } from './context.ts'
import { createFormatError, unavailableAsStatus, withoutSuggestions } from './format-error.ts'
import { GRAPHQL_ROUTE } from './graphql-route.ts'
import { MOST_TOKENS } from './limits/check-document.ts'

export const GRAPHQL_PATH = '/graphql'

export interface GraphQLOptions {
  readonly schema: GraphQLSchema
  readonly contextOf: (reply: FastifyReply) => ApiContext
  readonly log: Logger
  /** A developer's machine: introspection, and names that may have been meant. */
  readonly development: boolean
  readonly plugins: readonly ApolloServerPlugin<ApiContext>[]
}

/**
 * Questions by POST alone: a question in an address would stand in every log on the way, with the identifiers in it.
 * In development a browser that opens the path is sent to GraphiQL.
 */
export async function registerGraphQL(
  app: FastifyInstance,
  { schema, contextOf, log, development, plugins }: GraphQLOptions,
): Promise<void> {
  const formatError = createFormatError(log)
  const apollo = new ApolloServer<ApiContext>({
    schema,
    introspection: development,
    hideSchemaDetailsFromClientErrors: !development,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    parseOptions: { maxTokens: MOST_TOKENS },
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (formatted, error) =>
      development ? formatError(formatted, error) : withoutSuggestions(formatError(formatted, error)),
    logger: quiet(log),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // It looks at every field of every answer, to say no more than the one header below.
      ApolloServerPluginCacheControlDisabled(),
      unavailableAsStatus,
      ...plugins,
    ],
  })
  await apollo.start()
  // By then Fastify has answered what was under way.
  app.addHook('onClose', () => apollo.stop())
  const context = async (_: FastifyRequest, reply: FastifyReply) => contextOf(reply.header('cache-control', 'no-store'))
  app.post(
    GRAPHQL_PATH,
    // Described, and neither checked nor shaped by it: Apollo does both.
    { schema: GRAPHQL_ROUTE, validatorCompiler: () => () => true, serializerCompiler: () => JSON.stringify },
    fastifyApolloHandler(apollo, { context }),
  )
  if (development) {
    app.get(GRAPHQL_PATH, { schema: { hide: true } }, (_, reply) => reply.redirect('/graphiql', 303))
  }
}

/** Apollo's own messages quote what it was asked: only that there was one is told. */
function quiet(log: Logger) {
  const told = (level: 'debug' | 'info' | 'warn' | 'error') => () => log[level]('a message of the GraphQL server')
  return { debug: () => {}, info: () => {}, warn: told('warn'), error: told('error') }
}
