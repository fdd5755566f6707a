import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import type { Graph } from '../graph/graph.ts'
import { graphTrouble, registerHealth } from '../health.ts'
import type { Policy } from '../identity/policy.ts'
import type { Rules } from '../identity/resolve.ts'
import { createResolver } from '../resolver/resolver.ts'
import type { Logger, Metrics } from '../telemetry.ts'
import { registerGraphQL } from './apollo.ts'
import type { Caller } from './caller.ts'
import { createContext } from './context.ts'
import { registerGraphiQL } from './graphiql.ts'
import { registerHostGuard } from './host-guard.ts'
import { segmentsAfter } from './leap.ts'
import { createApiSchema } from './schema.ts'
import { warmPlans } from './warm-plans.ts'

export interface AppOptions {
  readonly graph: Graph
  readonly policy: Policy
  /** What commands are carried out by; asked for with the first of them. */
  readonly rules: () => Rules
  /** See `createResolver`. */
  readonly slowPathLimit?: number
  readonly log: Logger
  readonly metrics: Metrics
  /** Names under which it may be asked besides those of this machine. Default none. */
  readonly allowedHosts?: readonly string[]
  /** Ask the common questions once before any other. Default true. */
  readonly warm?: boolean
}

/** Bytes of a request: a question of 1,000 tokens with its variables. */
const BODY_LIMIT = 65_536
const MOST_KINDS = 200
/** A command is safe to send again: its caller need not wait until a store is back. */
const PATIENCE_MS = 3000

/**
 * The API as a Fastify instance that does not listen yet: GraphQL, GraphiQL, health. Reads the kinds that the graph
 * holds, so it needs Neo4j and its constraints; throws `graph_…` errors. The graph stays the caller's to close.
 */
export async function buildApp({
  graph,
  policy,
  rules,
  slowPathLimit,
  log,
  metrics,
  allowedHosts = [],
  warm = true,
}: AppOptions): Promise<FastifyInstance> {
  const held = await segmentsAfter('', { graph, atMost: MOST_KINDS })
  const limits = slowPathLimit === undefined ? {} : { slowPathLimit }
  const deciding = lazily(rules)
  const resolver = lazily(() => createResolver({ graph, rules: deciding(), ...limits, orderPatienceMs: PATIENCE_MS }))
  const kinds = [...Object.keys(policy.kinds), ...held]
  const schema = await createApiSchema({ graph, policy, kinds, resolver, rules: deciding })
  const contextOf = (caller: Caller) => createContext(graph.database, caller)
  const app = Fastify({ logger: false, bodyLimit: BODY_LIMIT, forceCloseConnections: 'idle' })
  registerHostGuard(app, { allowedHosts })
  logAnswers(app, log)
  answerErrors(app, log)
  registerHealth(app, { metrics, trouble: () => graphTrouble(graph) })
  registerGraphiQL(app, { graph })
  await registerGraphQL(app, { schema, contextOf, log })
  if (warm) await warmPlans({ schema, context: contextOf({ role: 'admin', name: 'warm-up' }), log })
  return app
}

/** Made when it is first asked for, and then the same. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
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
