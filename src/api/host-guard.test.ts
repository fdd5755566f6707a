import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { registerHostGuard } from './host-guard.ts'

const app = Fastify()
registerHostGuard(app, { allowedHosts: ['Graph.example'] })
app.get('/', () => 'answered')

test.each([
  ['localhost:4000', 200],
  ['127.0.0.1', 200],
  ['[::1]:4000', 200],
  ['graph.example:4000', 200],
  ['GRAPH.EXAMPLE', 200],
  ['evil.example:4000', 403],
  ['graph.example.evil.example', 403],
  ['127.0.0.1.evil.example', 403],
])('asked as "%s" it answers with %d', async (host, status) => {
  const { statusCode, body } = await app.inject({ url: '/', headers: { host } })
  expect(statusCode).toBe(status)
  expect(body).toContain(status === 200 ? 'answered' : 'SELFSAME_ALLOWED_HOSTS')
})
