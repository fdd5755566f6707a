import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

const LONGEST_STOP_MS = 15_000
const KIB = 1024
const MB = 1e6

/** The environment without settings of selfsame: a child works on the stack it is told, by default settings. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SELFSAME_')))
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** Asks a process to leave, and makes it leave when it does not. Nothing where it has left. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  // A process that is held still hears nothing.
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_STOP_MS)
  await exited
  clearTimeout(timer)
}

/** The most memory a running process ever had resident, in MB (10^6 bytes); undefined where there is no /proc. */
export function peakMemory({ pid }: ChildProcess): number | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kibibytes === undefined ? undefined : (Number(kibibytes) * KIB) / MB
  } catch {
    return undefined
  }
}
