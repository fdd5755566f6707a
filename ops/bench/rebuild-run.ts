import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SelfsameError } from '../../src/errors.ts'
import type { Rebuilt } from '../../src/resolver/rebuild/rebuild.ts'
import { type Bench, STACK } from './bench-stack.ts'
import { hasEnded, peakMemory, plainEnvironment, stopChild } from './child.ts'

export interface RebuildRun {
  /** Of the whole process, from its start to its end. */
  readonly seconds: number
  /** Its peak in MB; undefined where the system does not tell. */
  readonly rss: number | undefined
  readonly result: Rebuilt
}

const cli = join(import.meta.dirname, '..', '..', 'src', 'cli.ts')
const SAMPLE_MS = 100

/** Runs `selfsame rebuild`, the command that people use. Throws `child_failed`. */
export async function runRebuild({ atEnd }: Bench, options: readonly string[]): Promise<RebuildRun> {
  const start = performance.now()
  const child = spawn(process.execPath, [cli, 'rebuild', '--json', '--stack', STACK, ...options], {
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
  if (output === '') throw new SelfsameError('child_failed', 'selfsame rebuild failed, see above')
  return { seconds, rss, result: JSON.parse(output) }
}
