import { connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP link to a server of 127.0.0.1, through a port of its own, with weather. */
export interface Link {
  /** Where to connect instead of the server's own port. */
  readonly port: number
  /** Connections that stand. */
  readonly connections: () => number
  /** Whatever is sent from now on arrives so much later, in order. */
  slow(ms: number): void
  /** Resets every connection; new ones are let through. */
  cut(): void
  /** Resets every connection, and each new one at once. */
  refuse(): void
  /** Stops forwarding without closing anything; what was sent arrives when it heals. */
  freeze(): void
  /**
   * Half-opens: connections that stand, and new ones, are accepted and read, and nothing ever comes of it, not even
   * their end. They are reset when it heals.
   */
  swallow(): void
  /** Fair weather again. */
  heal(): void
  close(): Promise<void>
}

interface Connection {
  readonly client: Socket
  /** Undefined where it was swallowed from its beginning. */
  readonly server: Socket | undefined
  dead: boolean
}

type Weather = { kind: 'fair' | 'refusing' | 'frozen' | 'swallowing' } | { kind: 'slow'; ms: number }

/** Listens on a free port of 127.0.0.1. */
export async function openLink(target: number): Promise<Link> {
  const standing = new Set<Connection>()
  let weather: Weather = { kind: 'fair' }
  const listener = createServer((client) => {
    if (weather.kind === 'refusing') return reset(client)
    const swallowed = weather.kind === 'swallowing'
    const server = swallowed ? undefined : connect({ host: '127.0.0.1', port: target, noDelay: true })
    const connection = { client, server, dead: swallowed }
    standing.add(connection)
    client.setNoDelay(true)
    forward(client, server, connection)
    if (server !== undefined) forward(server, client, connection)
    if (weather.kind === 'frozen') pause(connection)
  })

  function forward(from: Socket, to: Socket | undefined, connection: Connection): void {
    let due = 0
    // What is on its way keeps its order, however the delay changes.
    const later = (work: () => void) => {
      const delay = weather.kind === 'slow' ? weather.ms : 0
      due = Math.max(due, performance.now() + delay)
      const wait = due - performance.now()
      if (wait <= 0) work()
      else setTimeout(work, wait)
    }
    from.on('data', (chunk) => {
      if (connection.dead || to === undefined) return
      later(() => {
        if (to.destroyed || connection.dead || to.write(chunk)) return
        from.pause()
        to.once('drain', () => weather.kind === 'frozen' || from.resume())
      })
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      // Who swallows does not tell the other side either.
      if (connection.dead && to !== undefined && !to.destroyed) return
      later(() => to?.destroy())
      if (to === undefined || to.destroyed) standing.delete(connection)
    })
  }

  const each = (work: (connection: Connection) => void) => {
    for (const connection of standing) work(connection)
  }
  await listening(listener)
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('a listener without a port')
  return {
    port: address.port,
    connections: () => standing.size,
    slow: (ms) => {
      weather = { kind: 'slow', ms }
    },
    cut: () => each(resetBoth),
    refuse: () => {
      weather = { kind: 'refusing' }
      each(resetBoth)
    },
    freeze: () => {
      weather = { kind: 'frozen' }
      each(pause)
    },
    swallow: () => {
      weather = { kind: 'swallowing' }
      each((connection) => {
        connection.dead = true
      })
    },
    heal: () => {
      weather = { kind: 'fair' }
      each((connection) => (connection.dead ? resetBoth(connection) : resume(connection)))
    },
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve())
        each(resetBoth)
      }),
  }

  function resetBoth(connection: Connection): void {
    reset(connection.client)
    if (connection.server !== undefined) reset(connection.server)
    standing.delete(connection)
  }
}

function reset(socket: Socket): void {
  socket.on('error', () => undefined)
  if (socket.connecting) socket.destroy()
  else socket.resetAndDestroy()
}

function pause({ client, server }: Connection): void {
  client.pause()
  server?.pause()
}

function resume({ client, server }: Connection): void {
  client.resume()
  server?.resume()
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
}
