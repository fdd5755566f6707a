import type { FastifyInstance } from 'fastify'
import { SelfsameError } from '../errors.ts'
import type { Authenticate } from './authenticate.ts'
import { asksGraphQL } from './request.ts'

/** Finds out who asks, before anything of a question is read: 401 and why, or 503 while that cannot be told. */
export function registerAuthentication(app: FastifyInstance, { authenticate }: { authenticate: Authenticate }): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!asksGraphQL(request)) return
    try {
      request.caller = await authenticate(request.headers.authorization)
    } catch (error) {
      if (!(error instanceof SelfsameError)) throw error
      const { message, remedy, retriable } = error
      const code = retriable ? 'SERVICE_UNAVAILABLE' : 'UNAUTHENTICATED'
      if (!retriable) void reply.header('www-authenticate', 'Bearer')
      return await reply.code(retriable ? 503 : 401).send({ errors: [{ message, extensions: { code, remedy } }] })
    }
  })
}
