import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { choosePorts, portIsFree, WELL_KNOWN } from './ports.ts'
import type { PortName, Ports } from './service.ts'
import { withLock } from './with-lock.ts'

export interface PortSettlement {
  readonly home: string
  readonly folder: string
  readonly name: string
  readonly configured: Partial<Ports>
  /** The ports whose services run already. */
  readonly held: readonly PortName[]
}

/** The ports the stack of this folder was given last; undefined before its first `up`. */
export function rememberedPorts(folder: string): Ports | undefined {
  const file = portsFile(folder)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ports) : undefined
}

/** Chooses the stack's ports, those it had before where possible, and remembers them. */
export async function settlePorts({ home, folder, name, configured, held }: PortSettlement): Promise<Ports> {
  // One stack of a home at a time, so that two that start together do not choose the same port.
  return await withLock(join(home, 'stacks', 'ports.lock'), async () => {
    const remembered = rememberedPorts(folder)
    const ports = await choosePorts({
      configured,
      held: remembered ? Object.fromEntries(held.map((each) => [each, remembered[each]])) : {},
      remembered: remembered ?? {},
      preferred: name === 'local' ? WELL_KNOWN : {},
      reserved: new Set(othersIn(home, folder).flatMap((ports) => Object.values(ports))),
      isFree: portIsFree,
    })
    write(portsFile(folder), ports)
    return ports
  })
}

function othersIn(home: string, folder: string): readonly Ports[] {
  return readdirSync(join(home, 'stacks'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(home, 'stacks', entry.name))
    .filter((other) => other !== folder)
    .flatMap((other) => rememberedPorts(other) ?? [])
}

function write(file: string, ports: Ports): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.part`, JSON.stringify(ports), { mode: 0o600 })
  renameSync(`${file}.part`, file)
}

function portsFile(folder: string): string {
  return join(folder, 'run', 'ports.json')
}
