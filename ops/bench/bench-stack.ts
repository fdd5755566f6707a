import { loadavg } from 'node:os'
import { join } from 'node:path'
import { reportError } from '../../src/cli/report-error.ts'
import { type Config, readConfig, stateFolder } from '../../src/config.ts'
import { createStack, type Stack } from '../stack/stack.ts'
import { withLock } from '../stack/with-lock.ts'

/** The stack of all benchmarks. */
export const STACK = 'bench'

/** Enough to take over a lock whose holder has died; whoever lives is not waited for. */
const LOCK_MS = 1000

/** What a benchmark runs on. */
export interface Bench {
  readonly config: Config
  /** For who stops a part of it. */
  readonly stack: Stack
  /** A folder for files of the benchmark; the next one empties it. */
  readonly data: string
  readonly logs: string
  /** Load average of the last minute before anything was started: above 0.5, others work on this machine too. */
  readonly loadBefore: number
  readonly say: (line: string) => void
  /** Work for the end, whatever the end is; the last that was added comes first. */
  readonly atEnd: (close: () => Promise<unknown>) => void
}

export interface Outcome {
  /** What --json prints. */
  readonly result: object
  /** A bar that was missed: the benchmark exits with 1. */
  readonly missed: string | undefined
}

/** Runs a benchmark on its stack, empty and answering, and ends the process when all is stopped again. */
export async function onBenchStack(json: boolean, work: (bench: Bench) => Promise<Outcome>): Promise<void> {
  const say = (line: string) => console.info(line)
  const closing: (() => Promise<unknown>)[] = []
  let left: Promise<void> | undefined
  const leave = (status: number, result?: object) => {
    left ??= (async () => {
      for (const close of closing.toReversed()) await close().catch(reportError)
      // The very last line, after all that is said while things stop.
      if (result !== undefined && json) say(JSON.stringify(result))
      process.exit(status)
    })()
    return left
  }
  process.on('SIGINT', () => void leave(130))
  process.on('SIGTERM', () => void leave(143))
  try {
    await withLock(
      join(stateFolder, 'bench.lock'),
      async () => {
        const [loadBefore = 0] = loadavg()
        const stack = createStack({ name: STACK, report: say })
        closing.push(() => stack.down())
        await stack.reset()
        await stack.up()
        const { result, missed } = await work({
          // What the environment says of other stacks must not reach a graph that is emptied.
          config: readConfig({ stack: STACK, env: {} }),
          stack,
          data: join(stack.folder, 'data'),
          logs: join(stack.folder, 'logs'),
          loadBefore,
          say,
          atEnd: (close) => closing.push(close),
        })
        if (missed !== undefined) say(missed)
        await leave(missed === undefined ? 0 : 1, result)
      },
      { timeoutMs: LOCK_MS },
    )
  } catch (error) {
    // What breaks because everything is being stopped is no news.
    if (left === undefined) await leave(reportError(error))
  }
}
