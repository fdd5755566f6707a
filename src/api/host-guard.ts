import type { FastifyInstance } from 'fastify'
import { isLoopback } from './loopback.ts'

/**
 * While there is no authentication, a web page must not read the graph through the browser of somebody who reaches
 * this server: a foreign name that resolves to its address (DNS rebinding) is refused by the Host header. Wherever it
 * listens: a container listens on every address and is published on 127.0.0.1. Names are compared without their port.
 */
export function registerHostGuard(app: FastifyInstance, { allowedHosts }: { allowedHosts: readonly string[] }): void {
  const allowed = new Set(allowedHosts.map((name) => name.toLowerCase()))
  app.addHook('onRequest', async (request, reply) => {
    if (isLoopback(request.hostname) || allowed.has(request.hostname.toLowerCase())) return
    const message = 'this server is not asked under this name: SELFSAME_ALLOWED_HOSTS lists the names it answers to'
    return reply.code(403).send({ errors: [{ message, extensions: { code: 'FORBIDDEN' } }] })
  })
}
