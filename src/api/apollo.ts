import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import fastifyApollo from '@as-integrations/fastify'
import type { FastifyInstance } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import { bug } from '../errors.ts'
import type { Logger } from '../telemetry.ts'
import type { Authenticate } from './authenticate.ts'
import { authenticated } from './authentication.ts'
import type { Caller } from './caller.ts'
import { checkAccess } from './check-access.ts'
import { clientGone } from './client-gone.ts'
import type { ApiContext } from './context.ts'
import { createFormatError, unavailableAsStatus } from './format-error.ts'
import type { SealedKeys } from './sealed-keys.ts'

export const GRAPHQL_PATH = '/graphql'

/** Tokens of a question; GraphiQL's own introspection has some 400. */
const MOST_TOKENS = 1000

export interface GraphQLOptions {
  readonly schema: GraphQLSchema
  readonly contextOf: (caller: Caller) => ApiContext
  readonly log: Logger
  readonly sealedKeys: SealedKeys
  readonly authenticate: Authenticate
  readonly development: boolean
}

/**
 * Questions by POST alone: a question in an address would stand in every log on the way, with the identifiers in it.
 * In development a browser that opens the path is sent to GraphiQL.
 */
export async function registerGraphQL(app: FastifyInstance, options: GraphQLOptions): Promise<void> {
  const { schema, contextOf, log, sealedKeys, authenticate, development } = options
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
    formatError: createFormatError(log),
    logger: quiet(log),
    plugins: [ApolloServerPluginLandingPageDisabled(), unavailableAsStatus, checkAccess(sealedKeys)],
  })
  await apollo.start()
  // By then Fastify has answered what was under way.
  app.addHook('onClose', () => apollo.stop())
  const guard = authenticated(app, authenticate)
  await app.register(async (guarded) => {
    guarded.addHook('onRequest', guard)
    await guarded.register(fastifyApollo(apollo), {
      path: GRAPHQL_PATH,
      method: ['POST'],
      context: async ({ caller }, reply) => ({
        ...contextOf(caller ?? bug('a question of nobody')),
        signal: clientGone(reply.raw),
      }),
    })
  })
  if (development) app.get(GRAPHQL_PATH, (_, reply) => reply.redirect('/graphiql', 303))
}

/** Apollo's own messages quote what it was asked: only that there was one is told. */
function quiet(log: Logger) {
  const told = (level: 'debug' | 'info' | 'warn' | 'error') => () => log[level]('a message of the GraphQL server')
  return { debug: () => {}, info: () => {}, warn: told('warn'), error: told('error') }
}
