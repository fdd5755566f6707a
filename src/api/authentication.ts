import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { SelfsameError } from '../errors.ts'
import type { Authenticate } from './authenticate.ts'
import type { Caller } from './caller.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; only on routes that `authenticated` guards. */
    caller: Caller | null
  }
}

/** A hook for the routes that only somebody known may use: 401 and why, or 503 while that cannot be told. */
export function authenticated(app: FastifyInstance, authenticate: Authenticate) {
  app.decorateRequest('caller', null)
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    try {
      request.caller = await authenticate(request.headers.authorization)
      return undefined
    } catch (error) {
      if (!(error instanceof SelfsameError)) throw error
      const { message, remedy, retriable } = error
      const code = retriable ? 'SERVICE_UNAVAILABLE' : 'UNAUTHENTICATED'
      if (!retriable) void reply.header('www-authenticate', 'Bearer')
      return await reply.code(retriable ? 503 : 401).send({ errors: [{ message, extensions: { code, remedy } }] })
    }
  }
}
