import type { FastifyInstance } from 'fastify'
import type { Graph } from '../graph/graph.ts'

const PATIENCE_MS = 2000

/** `/livez`: the process answers. `/readyz`: Neo4j answers too, within 2 s; else 503. */
export function registerHealth(app: FastifyInstance, { graph }: { graph: Graph }): void {
  app.get('/livez', () => ({ status: 'ok' }))
  app.get('/readyz', async (_, reply) => {
    const ready = await answersInTime(graph)
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable', neo4j: ready })
  })
}

async function answersInTime(graph: Graph): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), PATIENCE_MS)
  const answer = graph.read('read/ping').then(
    () => true,
    () => false,
  )
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
