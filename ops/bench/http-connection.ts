import { once } from 'node:events'
import { connect } from 'node:net'
import { SelfsameError } from '../../src/errors.ts'

export interface HttpConnection {
  /** Answers one request, made by `requestOf`, after another. Throws `bench_wrong` where the server hangs up. */
  ask(request: Buffer): Promise<{ readonly status: number; readonly body: string }>
  close(): void
}

const HEAD_END = '\r\n\r\n'

/**
 * A connection that does no more than a load generator needs: answers that tell their length, one at a time. A client
 * that can do everything takes twice as much of the machine that is measured (undici: 47 µs a request for 19).
 */
export async function openHttpConnection(url: string): Promise<HttpConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  let asked: PromiseWithResolvers<{ status: number; body: string }> | undefined
  let held: Buffer = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    held = held.length === 0 ? data : Buffer.concat([held, data])
    const answer = answerIn(held)
    if (answer === 'incomplete') return
    held = Buffer.alloc(0)
    if (answer === 'without length') asked?.reject(new SelfsameError('bench_wrong', `an answer ${answer}`))
    else asked?.resolve(answer)
  })
  const failed = (cause?: Error) =>
    asked?.reject(new SelfsameError('bench_wrong', 'the server ended a connection', { cause }))
  socket.on('error', failed)
  socket.on('close', () => failed())
  return {
    async ask(request) {
      if (socket.destroyed) throw new SelfsameError('bench_wrong', 'the server ended a connection')
      asked = Promise.withResolvers()
      socket.write(request)
      return await asked.promise
    },
    close: () => socket.destroy(),
  }
}

export function requestOf(url: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const fields = { host: new URL(url).host, 'content-length': Buffer.byteLength(body), ...headers }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}

function answerIn(data: Buffer): { status: number; body: string } | 'incomplete' | 'without length' {
  const end = data.indexOf(HEAD_END)
  if (end < 0) return 'incomplete'
  const head = data.toString('latin1', 0, end)
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  if (length === undefined) return 'without length'
  const start = end + HEAD_END.length
  if (data.length < start + Number(length)) return 'incomplete'
  return { status: Number(head.slice(9, 12)), body: data.toString('utf8', start) }
}
