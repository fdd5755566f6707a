import { Socket } from 'node:net'

export interface Wire {
  /** Ends this process's connections to the port, and lets no new one through. */
  cut(): void
  heal(): void
}

type Connect = (...args: unknown[]) => Socket

const NOBODY_LISTENS = 1
const cutPorts = new Set<number>()
const connected = new Map<Socket, number>()
let watching = false

/**
 * The connections of this process to a port, so that a service that others use may be away for it alone. Those that
 * were opened before the first call are not seen.
 */
export function wireTo(port: number): Wire {
  watch()
  return {
    cut() {
      cutPorts.add(port)
      for (const [socket, to] of connected)
        if (to === port) socket.destroy(Object.assign(new Error('cut'), { code: 'ECONNRESET' }))
    },
    heal: () => void cutPorts.delete(port),
  }
}

function watch(): void {
  if (watching) return
  watching = true
  const original = Socket.prototype.connect as unknown as Connect
  const watched = function (this: Socket, ...args: unknown[]): Socket {
    // `net.connect` hands its arguments over as one array, marked by a symbol, that must stay itself.
    const list = Array.isArray(args[0]) ? args[0] : args
    const [where] = list
    if (where !== null && typeof where === 'object' && 'port' in where) {
      const port = Number(where.port)
      connected.set(this, port)
      this.once('close', () => connected.delete(this))
      if (cutPorts.has(port)) list[0] = { ...where, port: NOBODY_LISTENS }
    }
    return original.apply(this, args)
  }
  Socket.prototype.connect = watched as unknown as typeof Socket.prototype.connect
}
