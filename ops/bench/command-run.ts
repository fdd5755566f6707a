import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { SelfsameError } from '../../src/errors.ts'
import { cli, nodeFlags } from '../node-flags.ts'
import { type Bench, STACK } from './bench-stack.ts'
import { hasEnded, peakMemory, plainEnvironment, stopChild } from './child.ts'

export interface CommandRun {
  /** Of the whole process, from its start to its end. */
  readonly seconds: number
  /** Its peak in MB; undefined where the system does not tell. */
  readonly rss: number | undefined
  /** What it printed. */
  readonly output: string
}

const SAMPLE_MS = 100

/**
 * Runs a command of `selfsame` on the benchmarks' stack, as people run it. Throws `child_failed` where it ends with
 * another status than those that `expected` names.
 */
export async function runCommand(
  { atEnd }: Bench,
  [name, ...options]: readonly [string, ...string[]],
  expected: readonly number[] = [0],
): Promise<CommandRun> {
  const start = performance.now()
  const child = spawn(process.execPath, [...nodeFlags, cli, name, ...options, '--stack', STACK], {
    // Its progress is shown where there is a terminal.
    ...{ env: plainEnvironment(), detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  })
  atEnd(() => stopChild(child))
  let rss: number | undefined
  const sampling = setInterval(() => {
    rss = peakMemory(child) ?? rss
  }, SAMPLE_MS)
  const [output] = await Promise.all([text(child.stdout), hasEnded(child) ? undefined : once(child, 'exit')])
  clearInterval(sampling)
  const seconds = (performance.now() - start) / 1000
  if (!expected.includes(child.exitCode ?? -1)) {
    throw new SelfsameError('child_failed', `selfsame ${name} failed, see above`)
  }
  return { seconds, rss, output }
}
