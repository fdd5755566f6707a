import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import type { Graph } from '../graph/graph.ts'
import type { Policy } from '../identity/policy.ts'
import type { Logger, Metrics } from '../telemetry.ts'
import { registerGraphQL } from './apollo.ts'
import { createContext } from './context.ts'
import { registerGraphiQL } from './graphiql.ts'
import { registerHealth } from './health.ts'
import { segmentsAfter } from './leap.ts'
import { isLoopback, registerLoopbackOnly } from './loopback.ts'
import { createApiSchema } from './schema.ts'
import { warmPlans } from './warm-plans.ts'

export interface AppOptions {
  readonly graph: Graph
  readonly policy: Policy
  readonly log: Logger
  /** The address it will listen on. On a loopback address it answers no foreign host name. */
  readonly host: string
  /** Served as `/metrics` where given. */
  readonly metrics?: Metrics
  /** Ask the common questions once before any other. Default true. */
  readonly warm?: boolean
}

/** Bytes of a request: a question of 1,000 tokens with its variables. */
const BODY_LIMIT = 65_536
const MOST_KINDS = 200

/**
 * The API as a Fastify instance that does not listen yet: GraphQL, GraphiQL, health. Reads the kinds that the graph
 * holds, so it needs Neo4j and its constraints; throws `graph_…` errors. The graph stays the caller's to close.
 */
export async function buildApp({
  graph,
  policy,
  log,
  host,
  metrics,
  warm = true,
}: AppOptions): Promise<FastifyInstance> {
  const held = await segmentsAfter('', { graph, atMost: MOST_KINDS })
  const schema = await createApiSchema({ graph, policy, kinds: [...Object.keys(policy.kinds), ...held] })
  const context = createContext(graph.database)
  const app = Fastify({ logger: false, bodyLimit: BODY_LIMIT, forceCloseConnections: 'idle' })
  if (isLoopback(host)) registerLoopbackOnly(app)
  logAnswers(app, log)
  answerErrors(app, log)
  registerHealth(app, { graph })
  registerGraphiQL(app, { graph })
  if (metrics !== undefined) {
    const { registry } = metrics
    app.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()))
  }
  await registerGraphQL(app, { schema, context, log })
  if (warm) await warmPlans({ schema, context, log })
  return app
}

/** The route as we declared it, never the address as it came: that may hold identifiers. */
function logAnswers(app: FastifyInstance, log: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const ms = Math.round(reply.elapsedTime)
    log.debug({ method, route: routeOptions.url ?? 'none', status: reply.statusCode, ms }, 'answered')
  })
}

function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: FastifyError, _, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) log.error({ err: error }, 'a request failed')
    const message = status >= 500 ? 'an unexpected error' : 'the request cannot be read'
    return reply
      .code(status)
      .send({ errors: [{ message, extensions: { code: error.code ?? 'INTERNAL_SERVER_ERROR' } }] })
  })
}
