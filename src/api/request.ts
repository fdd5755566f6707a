import type { FastifyRequest } from 'fastify'
import { GRAPHQL_PATH } from './apollo.ts'
import type { Tracking } from './cache/tracking.ts'
import type { Caller } from './caller.ts'

/** A question as it came by POST, once its body was found to be one. */
export interface Question {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: unknown
  /** What an answer that may be remembered depends on; undefined where it may not. */
  tracking?: Tracking
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once that is proven. */
    caller?: Caller
    question?: Question
  }
}

export function asksGraphQL(request: FastifyRequest): boolean {
  return request.method === 'POST' && request.routeOptions.url === GRAPHQL_PATH
}
