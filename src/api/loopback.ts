import type { FastifyInstance } from 'fastify'

/** Whether an address to listen on is this machine's own, which nobody else reaches. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host)
}

/**
 * While there is no authentication, a web page must not read the graph through the browser of somebody who works on
 * this machine: a foreign name that resolves to 127.0.0.1 (DNS rebinding) is refused by its Host header.
 */
export function registerLoopbackOnly(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isLoopback(request.hostname)) return
    return reply
      .code(403)
      .send({ errors: [{ message: 'this server answers this machine only', extensions: { code: 'FORBIDDEN' } }] })
  })
}
