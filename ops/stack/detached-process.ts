import { execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Launch } from './service.ts'

/** A process that outlives us, told apart from a later one that got the same pid by when it started. */
export interface ProcessRecord {
  readonly pid: number
  readonly startedAs: string
}

/** What tells this process from every other that has had or will have its pid; undefined when it is gone. */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)
}

function startOnLinux(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field, the command in parentheses, may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; where nobody reaps it, it stays listed for ever.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot}:${fields[19]}`
  } catch {
    return undefined
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    const [state = '', ...start] = line.split(/\s+/)
    return line === '' || state.startsWith('Z') ? undefined : start.join(' ')
  } catch {
    return undefined
  }
}

/** Whether the very process of the record is still running. */
export function isRunning(record: ProcessRecord): boolean {
  return startOf(record.pid) === record.startedAs
}

/** Starts a program that lives on after us, its output appended to `logFile`. Throws when it cannot be started. */
export async function startDetached(launch: Launch, logFile: string, cwd: string): Promise<ProcessRecord> {
  const log = openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(launch.command, launch.args, {
      cwd,
      detached: true,
      env: { ...process.env, ...launch.env },
      stdio: ['ignore', log, log],
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    child.unref()
    const pid = child.pid as number
    return { pid, startedAs: startOf(pid) ?? 'ended at once' }
  } finally {
    closeSync(log)
  }
}

/** Signals the process of the record, and SIGKILLs it when it has not left after `graceMs`. Resolves when it is gone. */
export async function stopProcess(
  record: ProcessRecord,
  { signal = 'SIGTERM', graceMs }: { signal?: NodeJS.Signals; graceMs: number },
): Promise<void> {
  if (!signalTo(record, signal)) return
  if (await endsWithin(record, graceMs)) return
  signalTo(record, 'SIGKILL')
  await endsWithin(record, 10_000)
}

function signalTo(record: ProcessRecord, signal: NodeJS.Signals): boolean {
  if (!isRunning(record)) return false
  try {
    return process.kill(record.pid, signal)
  } catch (error) {
    // It left between the look and the signal.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

async function endsWithin(record: ProcessRecord, ms: number): Promise<boolean> {
  const until = Date.now() + ms
  while (isRunning(record)) {
    if (Date.now() >= until) return false
    await sleep(50)
  }
  return true
}
