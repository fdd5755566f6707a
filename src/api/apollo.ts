import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import fastifyApollo from '@as-integrations/fastify'
import type { FastifyInstance } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Logger } from '../telemetry.ts'
import type { Caller } from './caller.ts'
import { clientGone } from './client-gone.ts'
import type { ApiContext } from './context.ts'
import { createFormatError, unavailableAsStatus } from './format-error.ts'

export const GRAPHQL_PATH = '/graphql'

/** Tokens of a question; GraphiQL's own introspection has some 400. */
const MOST_TOKENS = 1000

/**
 * Questions by POST alone: a question in an address would stand in every log on the way, with the identifiers in it.
 * A browser that opens the path is sent to GraphiQL.
 */
export async function registerGraphQL(
  app: FastifyInstance,
  { schema, contextOf, log }: { schema: GraphQLSchema; contextOf: (caller: Caller) => ApiContext; log: Logger },
): Promise<void> {
  const apollo = new ApolloServer<ApiContext>({
    schema,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    parseOptions: { maxTokens: MOST_TOKENS },
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: createFormatError(log),
    logger: quiet(log),
    plugins: [ApolloServerPluginLandingPageDisabled(), unavailableAsStatus],
  })
  await apollo.start()
  // By then Fastify has answered what was under way.
  app.addHook('onClose', () => apollo.stop())
  await app.register(fastifyApollo(apollo), {
    path: GRAPHQL_PATH,
    method: ['POST'],
    context: async (_, reply) => ({
      ...contextOf({ role: 'admin', name: 'anybody' }),
      signal: clientGone(reply.raw),
    }),
  })
  app.get(GRAPHQL_PATH, (_, reply) => reply.redirect('/graphiql', 303))
}

/** Apollo's own messages quote what it was asked: only that there was one is told. */
function quiet(log: Logger) {
  const told = (level: 'debug' | 'info' | 'warn' | 'error') => () => log[level]('a message of the GraphQL server')
  return { debug: () => {}, info: () => {}, warn: told('warn'), error: told('error') }
}
