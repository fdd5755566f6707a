import { setTimeout as sleep } from 'node:timers/promises'
import { SERVICE_NAMES } from '../stack/service.ts'
import type { Stack } from '../stack/stack.ts'
import type { Link } from './proxy.ts'
import type { Fault, LinkTrouble } from './schedule.ts'
import type { Seat } from './seat.ts'
import { flushRedis } from './site.ts'

const LONGEST_STOP_MS = 60_000

/** Upon whom faults come. */
export interface Victims {
  readonly seats: readonly Seat[]
  /** Undefined where the services are not ours to stop. */
  readonly stack: Stack | undefined
  readonly redisUrl: string
  /** Where the backup of the graph is kept. */
  readonly backup: string
  /** What those who operate it do after the graph went back to a backup. */
  readonly afterRestore: () => Promise<void>
  /** Deletes the topics and makes them again, with all that was sent. */
  readonly recreate: () => Promise<void>
  /** Has the workers' group begin at the beginning again. It has no members. */
  readonly rewind: () => Promise<void>
}

/** How a fault is counted. */
export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'restart':
      return `${fault.service}-${fault.signal === 'SIGKILL' ? 'killed' : 'restarted'}`
    case 'slow':
    case 'cut':
    case 'refuse':
    case 'freeze':
    case 'swallow':
      return `${fault.service}-link-${fault.kind}`
    case 'restore':
    case 'recreate':
      return fault.running ? `${fault.kind}-running` : fault.kind
    default:
      return fault.kind
  }
}

/** Does it, and resolves when it is over. False where it met nobody. */
export async function inflict(fault: Fault, victims: Victims): Promise<boolean> {
  const { seats, stack } = victims
  switch (fault.kind) {
    case 'kill':
      return (await seats[fault.worker]?.kill(fault.pauseMs)) ?? false
    case 'stop':
      return (await seats[fault.worker]?.freeze(fault.ms)) ?? false
    case 'slow':
    case 'cut':
    case 'refuse':
    case 'freeze':
    case 'swallow': {
      const upon = fault.worker === undefined ? seats : seats.slice(fault.worker, fault.worker + 1)
      return await trouble(
        upon.map(({ links }) => links[fault.service]),
        fault.kind,
        fault.ms,
      )
    }
    case 'flush':
      await flushRedis(victims.redisUrl)
      return true
    case 'restart':
      return await withStack(stack, (each) => each.restart(fault.service, fault.signal))
    case 'backup':
      return await withStack(stack, (each) => each.dump(victims.backup))
    case 'restore':
      return await withStack(stack, async (each) => {
        if (!fault.running) await emptied(seats)
        const loaded = each.load(victims.backup)
        await Promise.all([loaded, fault.running ? changeHands(each, seats) : undefined])
        await victims.afterRestore()
        filled(seats)
      })
    case 'recreate':
      if (!fault.running) await emptied(seats)
      await victims.recreate()
      filled(seats)
      return true
    case 'replay':
      await emptied(seats)
      await victims.rewind()
      filled(seats)
      return true
  }
}

/** Whether it must be alone: it moves what the others stand on. */
export function isAlone({ kind }: Fault): boolean {
  return ['backup', 'restore', 'recreate', 'replay'].includes(kind)
}

/** Ends what links suffer; nothing lasts beyond the last fault. */
export function healAll(seats: readonly Seat[]): void {
  for (const { links } of seats) for (const service of SERVICE_NAMES) links[service].heal()
}

async function trouble(links: readonly Link[], kind: LinkTrouble, ms: number): Promise<boolean> {
  const met = links.some((link) => link.connections() > 0)
  for (const link of links) kind === 'slow' ? link.slow(Math.min(ms, 400)) : link[kind]()
  if (kind === 'cut') return met
  await sleep(ms)
  for (const link of links) link.heal()
  return met
}

async function withStack(stack: Stack | undefined, work: (stack: Stack) => Promise<void>): Promise<boolean> {
  if (stack === undefined) return false
  await work(stack)
  return true
}

/** Has partitions change hands while the graph is away: whoever gets them then has not seen it go back. */
async function changeHands(stack: Stack, seats: readonly Seat[]): Promise<void> {
  const isUp = async () =>
    (await stack.status()).services.some(({ service, pid }) => service === 'neo4j' && pid !== null)
  const deadline = performance.now() + LONGEST_STOP_MS
  while ((await isUp()) && performance.now() < deadline) await sleep(100)
  if (seats.length > 1) await seats.at(-1)?.kill(0)
}

async function emptied(seats: readonly Seat[]): Promise<void> {
  await Promise.all(seats.map((seat) => seat.empty('killed')))
}

function filled(seats: readonly Seat[]): void {
  for (const seat of seats) seat.fill()
}
