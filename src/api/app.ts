import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import { bug } from '../errors.ts'
import type { Graph } from '../graph/graph.ts'
import { graphTrouble, registerHealth } from '../health.ts'
import type { Rules } from '../identity/resolve.ts'
import { createResolver } from '../resolver/resolver.ts'
import type { Logger, Metrics } from '../telemetry.ts'
import { registerGraphQL } from './apollo.ts'
import type { Authenticate } from './authenticate.ts'
import { registerAuthentication } from './authentication.ts'
import { checkAccess } from './check-access.ts'
import { createContext, TIMEOUT_MS } from './context.ts'
import { registerGraphiQL } from './graphiql.ts'
import { registerHostGuard } from './host-guard.ts'
import { segmentsAfter } from './leap.ts'
import { readOperations } from './limits/operations-file.ts'
import { createRateLimits, type RateLimitOptions } from './limits/rate-limits.ts'
import { type Refusal, sendRefusal } from './limits/refusal.ts'
import { registerAddressLimit } from './limits/register-limits.ts'
import { maskFields } from './mask-fields.ts'
import { openRedis } from './open-redis.ts'
import { registerOpenApi } from './openapi.ts'
import { protect } from './protect.ts'
import { createApiSchema } from './schema.ts'
import type { SealedKeys } from './sealed-keys.ts'
import { warmPlans } from './warm-plans.ts'

export interface AppOptions {
  readonly graph: Graph
  readonly rules: Rules
  /** See `createResolver`. */
  readonly slowPathLimit?: number
  readonly log: Logger
  readonly metrics: Metrics
  readonly authenticate: Authenticate
  readonly sealedKeys: SealedKeys
  /** Whether it serves the developer of this machine: GraphiQL, and nobody asks under a foreign name. Default false. */
  readonly development?: boolean
  /** Names under which it may be asked in development besides those of this machine. Default none. */
  readonly allowedHosts?: readonly string[]
  /** Ask the common questions once before any other. Default true. */
  readonly warm?: boolean
  /** Adds further routes to the same port, such as those of HTTP ingest. */
  readonly addRoutes?: ((app: FastifyInstance) => Promise<void>) | undefined
  /** Where requests are counted and answers remembered for all processes. Default '': in this process alone. */
  readonly redisUrl?: string
  /** Default: none. */
  readonly rateLimits?: RateLimitOptions
  /** Seconds an answer is remembered, at most. Default 0: not at all. */
  readonly cacheSeconds?: number
  /** The list of operations that may be asked. Default '': any may. */
  readonly operationsFile?: string
  /** Milliseconds after which Neo4j gives a question up. Default 10,000. */
  readonly queryTimeoutMs?: number
  /** Addresses of proxies that are believed whom they ask for. Default none. */
  readonly trustedProxies?: readonly string[]
}

/** Bytes of a request: a question of 1,000 tokens with its variables. */
const BODY_LIMIT = 65_536
const MOST_KINDS = 200
/** A command is safe to send again: its caller need not wait until a store is back. */
const PATIENCE_MS = 3000
const NO_LIMITS: RateLimitOptions = { requests: 0, cost: 0, address: 0 }

/**
 * The API as a Fastify instance that does not listen yet: GraphQL, GraphiQL, health. Reads the kinds that the graph
 * holds, so it needs Neo4j and its constraints; throws `graph_…` errors, `operations_invalid`. The graph stays the caller's to close.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { graph, rules, log, metrics, sealedKeys, development = false, trustedProxies = [] } = options
  const {
    rateLimits = NO_LIMITS,
    cacheSeconds = 0,
    operationsFile = '',
    queryTimeoutMs: timeoutMs = TIMEOUT_MS,
  } = options
  // Before anything is opened: what is wrong with it ends the start.
  const operations = operationsFile === '' ? undefined : readOperations(operationsFile)
  const { policy } = rules
  const schema = await publicSchema(options)
  const trustProxy = trustedProxies.length === 0 ? false : [...trustedProxies]
  const app = Fastify({ logger: false, bodyLimit: BODY_LIMIT, forceCloseConnections: 'idle', trustProxy })
  const redis = openRedis(options.redisUrl ?? '', log)
  app.addHook('onClose', async () => redis?.disconnect())
  const rates = createRateLimits(rateLimits, { redis, log })
  if (development) registerHostGuard(app, { allowedHosts: options.allowedHosts ?? [] })
  logAnswers(app, log)
  answerErrors(app, log)
  await registerOpenApi(app)
  registerAddressLimit(app, { rates })
  registerAuthentication(app, options)
  registerHealth(app, { metrics, trouble: () => graphTrouble(graph) })
  if (development) registerGraphiQL(app, { graph })
  const protecting = protect(app, { graph, policy, schema, rates, redis, cacheSeconds, operations, log, metrics })
  const contextOf = (reply: FastifyReply) =>
    createContext(graph, { caller: reply.request.caller ?? bug('a question of nobody'), timeoutMs, reply })
  const plugins = [checkAccess(sealedKeys), ...protecting]
  await registerGraphQL(app, { schema, contextOf, log, development, plugins })
  await options.addRoutes?.(app)
  if (options.warm ?? true) {
    await warmPlans({ schema, context: createContext(graph, { caller: { role: 'admin', name: 'warm-up' } }), log })
  }
  return app
}

/** The schema as each role may see it; with the kinds that the graph holds. */
async function publicSchema({ graph, rules, slowPathLimit, sealedKeys }: AppOptions): Promise<GraphQLSchema> {
  const { policy } = rules
  const limits = slowPathLimit === undefined ? {} : { slowPathLimit }
  const resolver = createResolver({ graph, rules, ...limits, orderPatienceMs: PATIENCE_MS })
  const held = await segmentsAfter('', { graph, atMost: MOST_KINDS })
  const kinds = [...Object.keys(policy.kinds), ...held]
  return maskFields(await createApiSchema({ graph, policy, kinds, sealedKeys, resolver, rules }), sealedKeys)
}

/** The route as we declared it, never the address as it came: that may hold identifiers. */
function logAnswers(app: FastifyInstance, log: Logger): void {
  if (!log.isLevelEnabled('debug')) return
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    const ms = Math.round(reply.elapsedTime)
    log.debug({ method, route: routeOptions.url ?? 'none', status: reply.statusCode, ms }, 'answered')
    done()
  })
}

function answerErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error: FastifyError, _, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) log.error({ err: error }, 'a request failed')
    if (status === TOO_LARGE.status) return sendRefusal(reply, TOO_LARGE)
    const message = status >= 500 ? 'an unexpected error' : 'the request cannot be read'
    return reply
      .code(status)
      .send({ errors: [{ message, extensions: { code: error.code ?? 'INTERNAL_SERVER_ERROR' } }] })
  })
}

const TOO_LARGE: Refusal = {
  ...{ code: 'REQUEST_TOO_LARGE', status: 413 },
  message: `the request is larger than ${BODY_LIMIT} bytes`,
  remedy: 'ask about fewer things at once, in several requests',
}
