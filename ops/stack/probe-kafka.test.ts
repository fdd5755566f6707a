import { createServer, type Server } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { probeKafka } from './probe-kafka.ts'

let server: Server | undefined
afterEach(() => server?.close())

/** A broker that answers any two requests with these bodies, a byte at a time. */
function broker(...bodies: readonly Buffer[]): Promise<number> {
  const answer = Buffer.concat(
    bodies.map((body) => {
      const head = Buffer.alloc(8)
      head.writeInt32BE(4 + body.length)
      return Buffer.concat([head, body])
    }),
  )
  const listening = createServer((socket) => {
    socket.on('error', () => {}).resume()
    for (const byte of answer) socket.write(Buffer.of(byte))
    if (bodies.length < 2) socket.end()
  })
  server = listening
  return new Promise((resolve) =>
    listening.listen(0, '127.0.0.1', () => resolve((listening.address() as { port: number }).port)),
  )
}

const coordinator = (error: number) => Buffer.from([0, error, 0, 0, 0, 1, 0, 1, 0x78, 0, 0, 0x23, 0x84])
const groups = (error: number) => Buffer.from([0, 0, 0, 1, 0, error])

it('is content when both answers say so', async () => {
  await expect(probeKafka(await broker(coordinator(0), groups(0)))).resolves.toBeUndefined()
})

it('waits for a coordinator that is being made (15) or is loading (14)', async () => {
  await expect(probeKafka(await broker(coordinator(15), groups(15)))).rejects.toThrow('FindCoordinator')
  server?.close()
  await expect(probeKafka(await broker(coordinator(0), groups(14)))).rejects.toThrow('error 14')
})

it('is not content when the connection closes early, or none is to be had', async () => {
  const port = await broker(coordinator(0))
  await expect(probeKafka(port)).rejects.toThrow('closed')
  await new Promise((resolve) => server?.close(resolve))
  await expect(probeKafka(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
