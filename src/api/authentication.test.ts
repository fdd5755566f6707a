import Fastify from 'fastify'
import { afterAll, expect, test } from 'vitest'
import { SelfsameError } from '../errors.ts'
import { registerAuthentication } from './authentication.ts'

const app = Fastify()
registerAuthentication(app, {
  async authenticate(authorization) {
    if (authorization === 'Bearer later') throw new SelfsameError('issuer_unreachable', 'not now', { retriable: true })
    if (authorization !== 'Bearer mai') throw new SelfsameError('unauthenticated', 'no', { remedy: 'sign in' })
    return { role: 'steward', name: 'mai' }
  },
})
app.post('/graphql', async ({ caller }) => ({ caller }))
app.get('/open', async () => 'open')
afterAll(() => app.close())

const ask = (headers: Record<string, string>) => app.inject({ method: 'POST', url: '/graphql', headers, payload: {} })

test('who is known is told to the route', async () => {
  expect((await ask({ authorization: 'Bearer mai' })).json()).toEqual({ caller: { role: 'steward', name: 'mai' } })
})

test('who is not known is told so, and what to do, before the route hears of it', async () => {
  for (const headers of [{}, { authorization: 'Bearer other' }, { cookie: 'session=mai' }, { 'x-caller': 'mai' }]) {
    const { statusCode, headers: sent, body } = await ask(headers)
    expect([statusCode, sent['www-authenticate']]).toEqual([401, 'Bearer'])
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED', remedy: 'sign in' } }],
    })
  }
})

test('who cannot be judged now is not refused for good', async () => {
  const { statusCode, body } = await ask({ authorization: 'Bearer later' })
  expect([statusCode, JSON.parse(body).errors[0].extensions.code]).toEqual([503, 'SERVICE_UNAVAILABLE'])
})

test('other routes are not guarded by it', async () => {
  expect((await app.inject('/open')).body).toBe('open')
})
