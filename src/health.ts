import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Graph } from './graph/graph.ts'
import type { Metrics } from './telemetry.ts'

export interface HealthOptions {
  readonly metrics: Metrics
  /** What is in the way, in a few words; undefined when ready. */
  readonly trouble: () => Promise<string | undefined>
}

const PATIENCE_MS = 2000

/** `/livez`: the process answers. `/readyz`: `{ready, reason?}`, with 503 while not ready. `/metrics`: for Prometheus. */
export function registerHealth(app: FastifyInstance, { metrics: { registry }, trouble }: HealthOptions): void {
  app.get('/livez', { schema: about('The process answers') }, async () => ({ alive: true }))
  app.get('/readyz', { schema: about('It can do its work; 503 and why where it cannot') }, async (_, reply) => {
    const reason = await trouble()
    return reply.code(reason === undefined ? 200 : 503).send({ ready: reason === undefined, reason })
  })
  app.get('/metrics', { schema: about('Metrics, as Prometheus reads them') }, async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}

/** For OpenAPI, where it is collected. */
function about(summary: string) {
  return { summary, tags: ['health'] }
}

/** Undefined when the graph answers within 2 s; else what is wrong with it. */
export function graphTrouble(graph: Graph): Promise<string | undefined> {
  const answer = graph.read('read/ping').then(
    () => undefined,
    () => 'the graph cannot be reached',
  )
  return Promise.race([answer, setTimeout(PATIENCE_MS, 'the graph does not answer', { ref: false })])
}
