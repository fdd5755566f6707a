import { randomInt } from 'node:crypto'
import { connect, createServer } from 'node:net'
import { SelfsameError } from '../../src/errors.ts'
import { PORT_NAMES, type PortName, type Ports } from './service.ts'

/** The well-known ports, which the stack named `local` takes where they are free. */
export const WELL_KNOWN: Ports = { bolt: 7687, http: 7474, kafka: 9092, kafkaController: 9093, redis: 6379 }

// Below the range from which systems draw the local ports of outgoing connections (Linux from 32768, macOS from
// 49152): a port of that range can be gone in the seconds between choosing it and listening on it.
const LOWEST = 20_000
const HIGHEST = 32_000

export interface PortChoice {
  /** Ports that must be these, free or not at fault of ours: taken ones are an error. */
  readonly configured: Partial<Ports>
  /** Ports that running services of this stack listen on: kept without a look. */
  readonly held: Partial<Ports>
  /** Ports this stack had before: kept while nobody else listens there. */
  readonly remembered: Partial<Ports>
  /** Ports to try before random ones. */
  readonly preferred: Partial<Ports>
  /** Ports other stacks remember: left alone, so that stacks do not displace each other. */
  readonly reserved: ReadonlySet<number>
  readonly isFree: (port: number) => Promise<boolean>
  /** A candidate; the default draws from 20000 to 31999. */
  readonly draw?: () => number
}

/** One distinct port for each name. Throws `stack_port_taken` for a configured port somebody else listens on. */
export async function choosePorts(choice: PortChoice): Promise<Ports> {
  const chosen = new Map<PortName, number>()
  for (const name of PORT_NAMES) chosen.set(name, await choosePort(name, choice, new Set(chosen.values())))
  return Object.fromEntries(chosen) as Record<PortName, number>
}

async function choosePort(name: PortName, choice: PortChoice, used: ReadonlySet<number>): Promise<number> {
  const { configured, held, remembered, preferred, isFree } = choice
  const running = held[name]
  const wanted = configured[name]
  if (running !== undefined) {
    if (wanted === undefined || wanted === running) return running
    throw new SelfsameError('stack_port_differs', `${name} is already up on port ${running}, not ${wanted}`, {
      remedy: 'run `selfsame stack down` first, then `up` with the new port',
    })
  }
  const mayUse = async (port: number) => !used.has(port) && (await isFree(port))
  if (wanted !== undefined) {
    if (await mayUse(wanted)) return wanted
    throw new SelfsameError('stack_port_taken', `port ${wanted}, configured for ${name}, is taken`, {
      remedy: 'free it, configure another, or leave the choice to the stack',
    })
  }
  const others = heldByOthers(name, choice)
  for (const port of [remembered[name], preferred[name]])
    if (port !== undefined && !others.has(port) && (await mayUse(port))) return port
  const draw = choice.draw ?? (() => randomInt(LOWEST, HIGHEST))
  for (let tries = 0; tries < 1000; tries++) {
    const port = draw()
    if (!others.has(port) && (await mayUse(port))) return port
  }
  throw new SelfsameError('stack_no_port', `no free port between ${LOWEST} and ${HIGHEST}`, {
    remedy: 'run `selfsame stack down` for stacks no longer needed',
  })
}

/** What this name may not take: other stacks' ports, and those spoken for by other names of this stack. */
function heldByOthers(name: PortName, { configured, held, remembered, reserved }: PortChoice): Set<number> {
  const others = new Set(reserved)
  for (const ports of [configured, held, remembered])
    for (const other of PORT_NAMES) if (other !== name) others.add(ports[other] ?? -1)
  return others
}

/** Whether nobody listens on the port of 127.0.0.1. */
export async function portIsFree(port: number): Promise<boolean> {
  // Connecting too: some systems let two listeners have one port when one of them listens on every address.
  return !(await accepts(port)) && (await canListen(port))
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true))
    socket.once('timeout', () => done(true))
    socket.once('error', () => done(false))
  })
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
