import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Config, stateFolder, variableOf } from '../../src/config.ts'
import { hasEnded, plainEnvironment, stopChild } from '../bench/child.ts'
import { SERVICE_NAMES, type ServiceName } from '../stack/service.ts'
import { type Link, openLink } from './proxy.ts'
import { NOT_BEGUN, type WorkerOrders } from './worker-orders.ts'

/** A place where a worker sits: one process after another, each reaching the services through links of the seat. */
export interface Seat {
  readonly number: number
  readonly links: Readonly<Record<ServiceName, Link>>
  /** The log of all its workers, one after another. */
  readonly log: string
  readonly state: () => 'absent' | 'starting' | 'reading' | 'frozen'
  /** SIGKILL; another worker sits down after a pause. False where nobody sat there. */
  kill(pauseMs: number): Promise<boolean>
  /** SIGSTOP, and after that time SIGCONT, to the same process. False where nobody sat there, or was frozen already. */
  freeze(ms: number): Promise<boolean>
  /** A worker sits down, and others after it whenever it ends, until the seat is emptied. */
  fill(): void
  /** Asks the worker to leave, or kills it, and leaves the seat empty. */
  empty(how: 'asked' | 'killed'): Promise<void>
  close(): Promise<void>
  /** Workers that ended by themselves after they had begun, or had to be killed when asked to leave. */
  readonly complaints: string[]
}

export interface SeatOptions {
  readonly number: number
  readonly config: Config
  readonly ports: Readonly<Record<ServiceName, number>>
  readonly ending: string
  readonly log: string
  readonly sessionTimeoutMs: number
}

const HEAP_MB = 256
/** Of who could not begin: starting costs a second of a core, which whatever is away needs to come back. */
const RETRY_MS = 4000

export async function openSeat({ number, config, ports, ending, log, sessionTimeoutMs }: SeatOptions): Promise<Seat> {
  const opened = await Promise.all(SERVICE_NAMES.map(async (name) => [name, await openLink(ports[name])] as const))
  const links = Object.fromEntries(opened) as Record<ServiceName, Link>
  const orders: WorkerOrders = {
    ...{ ending, sessionTimeoutMs },
    through: SERVICE_NAMES.map((name) => [ports[name], links[name].port] as const),
  }
  const complaints: string[] = []
  let worker: ChildProcess | undefined
  let wanted = false
  let reading = false
  let frozen = false

  function fill(): void {
    wanted = true
    if (worker !== undefined) return
    const file = openSync(log, 'a', 0o600)
    const child = fork(join(import.meta.dirname, 'run-worker.ts'), [JSON.stringify(orders)], {
      // Of a group of its own: Ctrl-C is for the torture, which ends everything in order.
      ...{ env: environmentOf(config), detached: true, stdio: ['ignore', file, file, 'ipc'] },
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
    })
    closeSync(file)
    worker = child
    child.once('message', () => {
      reading = worker === child
    })
    child.once('exit', (code, signal) => {
      // Whom we end we have forgotten by then.
      if (worker !== child) return
      if (reading || code !== NOT_BEGUN) complaints.push(`worker ${number} ended by itself (${signal ?? code})`)
      forget()
      setTimeout(() => wanted && fill(), RETRY_MS).unref()
    })
  }

  function forget(): void {
    worker = undefined
    reading = false
    frozen = false
  }

  async function empty(how: 'asked' | 'killed'): Promise<void> {
    wanted = false
    const leaving = worker
    if (leaving === undefined) return
    const begun = reading
    forget()
    if (how === 'killed') return await killed(leaving)
    await stopChild(leaving)
    if (begun && leaving.signalCode === 'SIGKILL') complaints.push(`worker ${number} did not leave when asked to`)
  }

  return {
    ...{ number, links, log, complaints, fill, empty },
    state: () => (worker === undefined ? 'absent' : frozen ? 'frozen' : reading ? 'reading' : 'starting'),
    async kill(pauseMs) {
      const victim = worker
      if (victim === undefined) return false
      forget()
      await killed(victim)
      setTimeout(() => wanted && fill(), pauseMs).unref()
      return true
    },
    async freeze(ms) {
      const held = worker
      if (held === undefined || frozen || !held.kill('SIGSTOP')) return false
      frozen = true
      await sleep(ms)
      held.kill('SIGCONT')
      if (worker === held) frozen = false
      return true
    },
    async close() {
      await empty('killed')
      await Promise.all(Object.values(links).map((link) => link.close()))
    },
  }
}

function environmentOf(config: Config): NodeJS.ProcessEnv {
  const set = Object.entries(config).filter(([, value]) => value !== undefined)
  // Compiled once for all of them: half of what a worker costs before it works.
  const cache = { NODE_COMPILE_CACHE: join(stateFolder, 'torture', 'compiled') }
  return {
    ...plainEnvironment(),
    ...cache,
    ...Object.fromEntries(set.map(([key, value]) => [variableOf(key), String(value)])),
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
}
