import type { Rebuilt } from '../../src/resolver/rebuild/rebuild.ts'
import type { Bench } from './bench-stack.ts'
import { type CommandRun, runCommand } from './command-run.ts'

export interface RebuildRun extends Pick<CommandRun, 'seconds' | 'rss'> {
  readonly result: Rebuilt
}

/** Where a check finds anything, it ends with 1. */
const EXPECTED = [0, 1]

/** Runs `selfsame rebuild`, the command that people use. Throws `child_failed`. */
export async function runRebuild(bench: Bench, options: readonly string[]): Promise<RebuildRun> {
  const { output, ...run } = await runCommand(bench, ['rebuild', '--json', ...options], EXPECTED)
  return { ...run, result: JSON.parse(output) }
}
