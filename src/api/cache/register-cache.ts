import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Caller } from '../caller.ts'
import type { Question } from '../request.ts'
import type { CacheMetrics } from './cache-metrics.ts'
import type { Answer, ResponseCache } from './response-cache.ts'
import { createTracking } from './tracking.ts'
import type { ChangeWatch } from './watch-changes.ts'

export interface CacheOptions {
  readonly cache: ResponseCache
  readonly watch: ChangeWatch
  readonly metrics: CacheMetrics
  /** Tells one schema from another: answers of both may stand in one Redis. */
  readonly version: string
}

/**
 * Answers what is known before anybody reads the question, and remembers what is sent. To be registered after whoever
 * says who asks and whether they may: what is remembered is for all of a role.
 */
export function registerCache(app: FastifyInstance, { cache, watch, metrics, version }: CacheOptions): void {
  app.addHook('preHandler', (request, reply, done) => {
    const { question, caller } = request
    if (question === undefined || caller === undefined) return done()
    const asOf = watch.asOf()
    if (asOf === undefined) {
      metrics.answered.off.inc()
      return done()
    }
    const key = keyOf(question, { caller, accept: request.headers.accept, version })
    const go = (answer: Answer | undefined) => {
      if (answer !== undefined) return sendAnswer(reply, answer)
      question.tracking = createTracking(key, asOf)
      return done()
    }
    const found = cache.find(key, asOf)
    // What Redis holds that cannot be read is not remembered.
    if (found instanceof Promise) found.then(go, () => go(undefined))
    else go(found)
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    const tracking = request.question?.tracking
    const kept = tracking?.end()
    if (tracking !== undefined && kept !== undefined && reply.statusCode === 200 && typeof payload === 'string') {
      const { key, asOf } = tracking
      const contentType = String(reply.getHeader('content-type'))
      cache.keep(key, { ...kept, asOf, contentType, body: payload })
    }
    done(null, payload)
  })
}

interface Asking {
  readonly caller: Caller
  readonly accept: string | undefined
  readonly version: string
}

function keyOf({ query, operationName, variables }: Question, { caller, accept, version }: Asking): string {
  return JSON.stringify([version, caller.role, accept ?? '', operationName ?? '', query, variables ?? null])
}

function sendAnswer(reply: FastifyReply, { contentType, body }: Answer): void {
  void reply.header('content-type', contentType).header('cache-control', 'no-store').send(body)
}
