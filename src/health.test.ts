import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { registerHealth } from './health.ts'
import { createMetrics } from './telemetry.ts'

test('lives whatever is in the way, is ready when nothing is, and says what', async () => {
  let trouble: string | undefined = 'not in the consumer group'
  const app = Fastify()
  registerHealth(app, { metrics: createMetrics(), trouble: async () => trouble })
  const get = async (url: string) => {
    const { statusCode, body } = await app.inject({ url })
    return { status: statusCode, body }
  }
  expect((await get('/livez')).status).toBe(200)
  expect(await get('/readyz')).toEqual({ status: 503, body: '{"ready":false,"reason":"not in the consumer group"}' })
  trouble = undefined
  expect(await get('/readyz')).toEqual({ status: 200, body: '{"ready":true}' })
  expect((await get('/metrics')).body).toContain('process_cpu_seconds_total')
})
