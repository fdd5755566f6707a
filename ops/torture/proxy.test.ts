import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Link, openLink } from './proxy.ts'
import { redirectConnections } from './redirect.ts'

/** A server that answers each chunk with itself. */
let server: Server
/** The server's ends of the connections that reached it. */
let reached: Socket[]
let link: Link
let opened: Socket[]

beforeEach(async () => {
  reached = []
  opened = []
  server = createServer((socket) => {
    reached.push(socket)
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  link = await openLink(portOf(server))
})
afterEach(async () => {
  for (const socket of [...opened, ...reached]) socket.destroy()
  await link.close()
  server.close()
})

describe('a link', () => {
  test('in fair weather hands on what either side says, and its end', async () => {
    const client = await dial()
    expect(await echo(client, 'one')).toBe('one')
    expect(await echo(client, 'two')).toBe('two')
    const ended = closing(reached[0])
    client.destroy()
    await ended
  })

  test('slowed, keeps the order of what is on its way when it is quick again', async () => {
    const client = await dial()
    await echo(client, 'hello')
    link.slow(150)
    client.write('a')
    await sleep(50)
    link.heal()
    client.write('b')
    expect(await received(client, 2)).toBe('ab')
  })

  test('cut, resets what stands and lets new connections through', async () => {
    const client = await dial()
    await echo(client, 'hello')
    const closed = closing(client)
    link.cut()
    await closed
    expect(await echo(await dial(), 'again')).toBe('again')
  })

  test('refusing, resets what stands and what comes, until it heals', async () => {
    const client = await dial()
    await echo(client, 'hello')
    const closed = closing(client)
    link.refuse()
    await closed
    await closing(call())
    link.heal()
    expect(await echo(await dial(), 'again')).toBe('again')
  })

  test('frozen, forwards nothing and loses nothing', async () => {
    const client = await dial()
    await echo(client, 'hello')
    link.freeze()
    client.write('kept')
    const late = await dial()
    late.write('late')
    await sleep(50)
    expect(client.readableLength).toBe(0)
    link.heal()
    expect(await received(client, 4)).toBe('kept')
    expect(await received(late, 4)).toBe('late')
  })

  test('swallowing, tells nobody that anything is wrong, not even an end; healed, it resets them', async () => {
    const standing = await dial()
    await echo(standing, 'hello')
    link.swallow()
    const fresh = await dial()
    standing.write('gone')
    fresh.write('gone')
    standing.end()
    await sleep(50)
    expect([standing.readableLength, fresh.readableLength, reached.length]).toEqual([0, 0, 1])
    expect(reached[0]?.destroyed).toBe(false)
    const closed = Promise.all([closing(fresh), closing(reached[0])])
    link.heal()
    await closed
    expect(link.connections()).toBe(0)
    expect(await echo(await dial(), 'again')).toBe('again')
  })
})

test('connections of a process go through another port, however they are asked for', async () => {
  redirectConnections(new Map([[1, link.port]]))
  const byOptions = connect({ port: 1, host: '127.0.0.1' })
  const byPort = connect(1, '127.0.0.1')
  opened.push(byOptions, byPort)
  expect(await echo(byOptions, 'one')).toBe('one')
  expect(await echo(byPort, 'two')).toBe('two')
  expect(link.connections()).toBe(2)
})

function call(): Socket {
  const socket = connect({ port: link.port, host: '127.0.0.1', allowHalfOpen: true })
  opened.push(socket)
  socket.on('error', () => undefined)
  return socket
}

async function dial(): Promise<Socket> {
  const socket = call()
  await once(socket, 'connect')
  return socket
}

/** However it ends: by `once` an error would count. */
function closing(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => socket?.once('close', () => resolve()))
}

async function echo(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  return await received(socket, text.length)
}

async function received(socket: Socket, length: number): Promise<string> {
  let text = ''
  while (text.length < length) {
    const chunk: Buffer | null = socket.read()
    if (chunk === null) await once(socket, 'readable')
    else text += chunk
  }
  return text
}

function portOf(listener: Server): number {
  return (listener.address() as AddressInfo).port
}
