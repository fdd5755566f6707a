import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { listen } from './listen.ts'

test('says what a person can do where it cannot listen', async () => {
  const first = Fastify()
  const at = (host: string, port: number) => ({ host, port, portSetBy: '--door' })
  try {
    const port = Number(new URL(await listen(first, at('127.0.0.1', 0))).port)
    await expect(listen(Fastify(), at('127.0.0.1', port))).rejects.toMatchObject({
      code: 'port_in_use',
      remedy: expect.stringContaining('--door'),
    })
  } finally {
    await first.close()
  }
  // An address for documentation (RFC 5737): no machine has it.
  await expect(listen(Fastify(), at('192.0.2.1', 0))).rejects.toMatchObject({
    code: 'cannot_listen',
    remedy: expect.stringContaining('SELFSAME_HOST'),
  })
})
