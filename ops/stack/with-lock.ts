import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import { isRunning, type ProcessRecord, startOf } from './detached-process.ts'

let attempts = 0

/**
 * Runs `work` while holding the lock file `file`; waits while another call, of this process or any other on this
 * machine, holds it. A lock whose holder has died is taken over. Throws `stack_busy` after `timeoutMs`.
 */
export async function withLock<Result>(
  file: string,
  work: () => Promise<Result>,
  { timeoutMs = 900_000, onWait = () => {} }: { timeoutMs?: number; onWait?: () => void } = {},
): Promise<Result> {
  mkdirSync(dirname(file), { recursive: true })
  const until = Date.now() + timeoutMs
  for (let waited = false; !take(file); waited = true) {
    if (!waited) onWait()
    if (Date.now() >= until) throw busy(file)
    await sleep(100)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file: string): boolean {
  const mine = `${file}.${process.pid}.${attempts++}`
  // Written aside and linked, so that nobody ever reads a lock without its holder's name in it.
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAs: startOf(process.pid) ?? '' }))
  try {
    linkSync(mine, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    removeIfAbandoned(file, mine)
    return false
  } finally {
    unlinkSync(mine)
  }
}

function removeIfAbandoned(file: string, mine: string): void {
  const holder = read(file)
  if (holder === undefined || isRunning(holder)) return
  const aside = `${mine}.abandoned`
  try {
    renameSync(file, aside)
    // Another waiter may have been quicker, and what was moved aside is its fresh lock: put that back.
    const moved = read(aside)
    if (moved !== undefined && isRunning(moved)) linkSync(aside, file)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function read(file: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord
  } catch {
    return undefined
  }
}

function busy(file: string): SelfsameError {
  const holder = read(file)
  return new SelfsameError('stack_busy', `process ${holder?.pid ?? '?'} is still busy with ${dirname(file)}`, {
    retriable: true,
    remedy: 'wait for it to end, or end it, and run the command again',
  })
}
