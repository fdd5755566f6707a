import { Socket } from 'node:net'

type Connect = (...args: unknown[]) => Socket

/**
 * Sends what this process connects to a port through another one, from then on. An address in the settings would not
 * do: a broker tells its clients where to find it, and they go there.
 */
export function redirectConnections(ports: ReadonlyMap<number, number>): void {
  const original = Socket.prototype.connect as unknown as Connect
  const redirected = function (this: Socket, ...args: unknown[]): Socket {
    const [first] = args
    // `net.connect` hands its arguments over as one array, marked by a symbol, that must stay itself.
    if (Array.isArray(first)) first[0] = elsewhere(first[0])
    else args[0] = elsewhere(first)
    return original.apply(this, args)
  }
  Socket.prototype.connect = redirected as unknown as typeof Socket.prototype.connect

  function elsewhere(where: unknown): unknown {
    if (typeof where === 'number') return ports.get(where) ?? where
    if (where === null || typeof where !== 'object' || !('port' in where)) return where
    return { ...where, port: ports.get(Number(where.port)) ?? where.port }
  }
}
