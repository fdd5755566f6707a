import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import { nodeFlags } from '../node-flags.ts'
import type { Bench } from './bench-stack.ts'
import { plainEnvironment, stopChild } from './child.ts'

export interface StartedChild {
  readonly child: ChildProcess
  /** Where it listens. */
  readonly url: string
  /** The error for a child that is not there any more. */
  readonly failed: () => Error
}

const LONGEST_START_MS = 300_000

/** Starts a script beside this file and waits until it tells its address. It is stopped at the end. Throws `child_failed`. */
export async function startChild(
  { logs, atEnd }: Bench,
  script: string,
  args: readonly string[] = [],
): Promise<StartedChild> {
  mkdirSync(logs, { recursive: true })
  const log = join(logs, `bench-${basename(script, '.ts')}.log`)
  const file = openSync(log, 'a', 0o600)
  // Of a group of its own: Ctrl-C is for the benchmark, which stops everything in order.
  const child = fork(join(import.meta.dirname, script), [...args], {
    ...{ env: plainEnvironment(), detached: true, stdio: ['ignore', file, file, 'ipc'], execArgv: nodeFlags },
  })
  closeSync(file)
  atEnd(() => stopChild(child))
  const failed = () => new SelfsameError('child_failed', `${script} failed`, { remedy: `its log: ${log}` })
  const url = await addressOf(child)
  if (url === undefined) throw failed()
  return { child, url, failed }
}

async function addressOf(child: ChildProcess): Promise<string | undefined> {
  const waiting = new AbortController()
  const { signal } = waiting
  const told = once(child, 'message', { signal }).then(([message]) => (message as { address: string }).address)
  const ended = once(child, 'exit', { signal }).then(() => undefined)
  const late = sleep(LONGEST_START_MS, undefined, { signal })
  for (const each of [told, ended, late]) each.catch(() => undefined)
  const address = await Promise.race([told, ended, late])
  waiting.abort()
  return address
}
