import { hash } from 'node:crypto'
import type { ApolloServerPlugin } from '@apollo/server'
import type { FastifyInstance } from 'fastify'
import { type GraphQLSchema, printSchema } from 'graphql'
import type { Redis } from 'ioredis'
import type { Graph } from '../graph/graph.ts'
import type { Policy } from '../identity/policy.ts'
import type { Logger, Metrics } from '../telemetry.ts'
import { createCacheMetrics } from './cache/cache-metrics.ts'
import { cachePlugin } from './cache/cache-plugin.ts'
import { registerCache } from './cache/register-cache.ts'
import { createResponseCache } from './cache/response-cache.ts'
import { watchChanges } from './cache/watch-changes.ts'
import type { ApiContext } from './context.ts'
import { createCheckDocument } from './limits/check-document.ts'
import { createCostOf } from './limits/cost.ts'
import { costPlugin } from './limits/cost-plugin.ts'
import type { Operations } from './limits/operations-file.ts'
import type { RateLimits } from './limits/rate-limits.ts'
import { registerDocumentLimits, registerQuestionLimits } from './limits/register-limits.ts'

export interface Protection {
  readonly graph: Graph
  readonly policy: Policy
  /** The public schema. */
  readonly schema: GraphQLSchema
  readonly rates: RateLimits
  readonly redis: Redis | undefined
  /** Seconds an answer is remembered, at most; 0: not at all. */
  readonly cacheSeconds: number
  readonly operations: Operations
  readonly log: Logger
  readonly metrics: Metrics
}

/**
 * Puts what refuses and what remembers before GraphQL, in the order in which a request meets it, and answers with the
 * plugins that go on inside. To be registered after whoever says who asks.
 */
export function protect(app: FastifyInstance, protection: Protection): ApolloServerPlugin<ApiContext>[] {
  const { schema, rates, operations } = protection
  registerQuestionLimits(app, { rates, operations })
  const remembering = protection.cacheSeconds === 0 ? [] : [remember(app, protection)]
  registerDocumentLimits(app, { checkDocument: createCheckDocument(schema) })
  return [costPlugin({ costOf: createCostOf(schema), rates }), ...remembering]
}

function remember(app: FastifyInstance, protection: Protection): ApolloServerPlugin<ApiContext> {
  const { graph, policy, schema, redis, cacheSeconds: seconds, log } = protection
  const metrics = createCacheMetrics(protection.metrics.registry)
  const watch = watchChanges({ graph, log })
  app.addHook('onClose', async () => watch.stop())
  const cache = createResponseCache({ watch, redis, seconds, metrics, log })
  const version = hash('sha256', printSchema(schema) + policy.hash, 'base64url')
  registerCache(app, { cache, watch, metrics, version })
  return cachePlugin({ schema, watch })
}
