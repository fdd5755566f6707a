import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { SelfsameError } from '../../src/errors.ts'
import { cli, nodeFlags } from '../node-flags.ts'
import { portIsFree } from '../stack/ports.ts'

export interface Child {
  readonly url: string
  /** Resolves when it is ready; throws where it ends before. */
  ready(): Promise<void>
  /** Throws when it ends although nobody stopped it. */
  ended: Promise<never>
  stop(): Promise<void>
}

const LONGEST_START_MS = 120_000

/** Starts a process of selfsame, `work` or `serve`; its output goes to a log file. */
export function startChild(
  command: 'work' | 'serve',
  { stack, port, logs }: { stack: string; port: number; logs: string },
): Child {
  mkdirSync(logs, { recursive: true })
  const log = join(logs, `${command}.log`)
  const file = openSync(log, 'a', 0o600)
  const variable = command === 'work' ? 'SELFSAME_WORKER_PORT' : 'SELFSAME_PORT'
  const own = {
    ...{ SELFSAME_HOST: '127.0.0.1', SELFSAME_DEVELOPMENT: 'true', SELFSAME_PROJECTION_INTERVAL_MS: '2000' },
    [variable]: String(port),
  }
  // Of a group of its own: Ctrl-C is for the demo, which stops them in order.
  const child = spawn(process.execPath, [...nodeFlags, cli, command, '--stack', stack], {
    env: { ...process.env, ...own },
    detached: true,
    stdio: ['ignore', file, file],
  })
  closeSync(file)
  const url = `http://127.0.0.1:${port}`
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let stopping = false
  const ended = exited.then(() => {
    if (!stopping)
      throw new SelfsameError('child_failed', `selfsame ${command} ended`, { remedy: `its log tells why: ${log}` })
    return new Promise<never>(() => undefined)
  })
  // Whoever waits for it hears of it; nobody else must.
  ended.catch(() => undefined)
  return {
    url,
    ended,
    ready: () => Promise.race([answers(`${url}/readyz`, command, log), ended]),
    stop: async () => {
      stopping = true
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await exited
      clearTimeout(timer)
    },
  }
}

/** The port itself where it is free, else any that is. */
export async function freePort(preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + 100; port += 10) if (await portIsFree(port)) return port
  throw new SelfsameError('no_port', `no port from ${preferred} on is free`, { remedy: 'stop what listens there' })
}

async function answers(url: string, command: string, log: string): Promise<void> {
  const deadline = Date.now() + LONGEST_START_MS
  while (Date.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new SelfsameError('child_failed', `selfsame ${command} did not become ready`, {
    remedy: `its log tells why: ${log}`,
  })
}
