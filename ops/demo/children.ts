import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { SelfsameError } from '../../src/errors.ts'
import { portIsFree } from '../stack/ports.ts'

export interface Child {
  readonly url: string
  readonly log: string
  stop(): Promise<void>
}

const cli = join(import.meta.dirname, '..', '..', 'src', 'cli.ts')
const LONGEST_START_MS = 120_000

/** A process of selfsame, `work` or `serve`, ready when this resolves; its output goes to a log file. */
export async function startChild(
  command: 'work' | 'serve',
  { stack, port, logs }: { stack: string; port: number; logs: string },
): Promise<Child> {
  mkdirSync(logs, { recursive: true })
  const log = join(logs, `${command}.log`)
  const file = openSync(log, 'a', 0o600)
  const variable = command === 'work' ? 'SELFSAME_WORKER_PORT' : 'SELFSAME_PORT'
  const env = { ...process.env, [variable]: String(port), SELFSAME_PROJECTION_INTERVAL_MS: '2000' }
  // Of a group of its own: Ctrl-C is for the demo, which stops them in order.
  const child = spawn(process.execPath, [cli, command, '--stack', stack], {
    env,
    detached: true,
    stdio: ['ignore', file, file],
  })
  closeSync(file)
  const url = `http://127.0.0.1:${port}`
  try {
    await ready(`${url}/readyz`, child, command, log)
  } catch (error) {
    await stop(child)
    throw error
  }
  return { url, log, stop: () => stop(child) }
}

/** The port itself where it is free, else any that is. */
export async function freePort(preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + 100; port += 10) if (await portIsFree(port)) return port
  throw new SelfsameError('no_port', `no port from ${preferred} on is free`, { remedy: 'stop what listens there' })
}

async function ready(url: string, child: ChildProcess, command: string, log: string): Promise<void> {
  const deadline = Date.now() + LONGEST_START_MS
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new SelfsameError('child_failed', `selfsame ${command} did not become ready`, {
    remedy: `its log tells why: ${log}`,
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await exited
  clearTimeout(timer)
}
