import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { reportError } from '../../src/cli/report-error.ts'
import { readConfig, stateFolder } from '../../src/config.ts'
import { createLogger } from '../../src/telemetry.ts'
import { createStack } from '../stack/stack.ts'
import { withLock } from '../stack/with-lock.ts'
import type { Site } from './site.ts'

const STACK = 'torture'
const HEAP_MB = 768
/** Enough to take over a lock whose holder has died; whoever lives is not waited for. */
const LOCK_MS = 1000

/**
 * Runs `work`, which answers the exit status, on a stack of its own, empty and answering, and ends the process when
 * all is stopped again; told to stop, it stops all at once.
 */
export async function onTortureStack(work: (site: Site) => Promise<number>): Promise<void> {
  const closing = new Set<() => Promise<unknown>>()
  let left: Promise<void> | undefined
  const leave = (status: number) => {
    left ??= (async () => {
      for (const close of [...closing].toReversed()) await close().catch(reportError)
      process.exit(status)
    })()
    return left
  }
  for (const [signal, status] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const, ['SIGHUP', 129] as const]) {
    process.on(signal, () => void leave(status))
  }
  const folder = join(stateFolder, 'torture')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    await withLock(
      join(stateFolder, 'torture.lock'),
      async () => {
        const stack = createStack({ name: STACK, heapMb: HEAP_MB })
        closing.add(() => stack.down())
        await stack.reset()
        await stack.up()
        const status = await work({
          // What the environment says of other stacks must not reach a graph that is emptied.
          config: readConfig({ stack: STACK, env: {} }),
          ...{ stack, folder, closing },
          logger: createLogger({ process: 'torture', level: 'silent' }),
        })
        await leave(status)
      },
      { timeoutMs: LOCK_MS },
    )
  } catch (error) {
    // What breaks because everything is being stopped is no news.
    if (left === undefined) await leave(reportError(error))
    await left
  }
}
