import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { reportError } from '../../src/cli/report-error.ts'
import { planOf } from './plan-round.ts'
import { failureInWords, type NumberedResult, roundInWords, verdictInWords, verdictOf } from './report.ts'
import { runRound } from './round.ts'
import { BATCH_SIZES, type Bounds, EXPENSIVE, WORKERS } from './schedule.ts'
import type { Site } from './site.ts'
import { onTortureStack } from './torture-stack.ts'

interface Options {
  readonly minutes: number
  readonly seed: number
  readonly round?: number
  readonly workers: readonly number[]
  readonly batchSizes: readonly number[]
  readonly json?: true
}

const USAGE = 2
const FAULTS = [14, 22] as const
const say = (line: string) => console.info(line)

const program = new Command('npm run torture')
  .description('Random streams under faults, on a stack of its own, compared with what one process would make of them.')
  .usage('-- [options]')
  .option('--minutes <n>', 'no round begins after so many', minutes, 15)
  .option('--seed <n>', 'repeats streams, orders, settings and faults', whole, Math.floor(Math.random() * 1e6))
  .option('--round <n>', 'this round alone, once', whole)
  .option('--workers <n,…>', 'numbers of workers', list, WORKERS)
  .option('--batch-sizes <n,…>', 'messages a transaction, at most', list, BATCH_SIZES)
  .option('--json', 'print one object on the last line')
  .exitOverride()
  .showHelpAfterError()

try {
  program.parse()
  await onTortureStack((site) => run(site, program.opts<Options>()))
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE
  else process.exitCode = reportError(error)
}

async function run(site: Site, options: Options): Promise<number> {
  const { seed, json } = options
  const bounds: Bounds = {
    ...{ workers: options.workers, batchSizes: options.batchSizes, faults: FAULTS, expensive: EXPENSIVE },
  }
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  const results: NumberedResult[] = []
  say(`seed ${seed}`)
  for (let round = options.round ?? 0; ; round += 1) {
    const plan = planOf(seed, round, bounds)
    const result = { round, ...(await runRound(site, plan)) }
    results.push(result)
    say(`${roundInWords(result, plan.schedule)} (${Math.round(seconds())} s)`)
    if (result.differences.length > 0) say(failureInWords(result, seed))
    if (options.round !== undefined || seconds() > options.minutes * 60) break
  }
  const verdict = verdictOf(seed, results, seconds())
  say(verdictInWords(verdict))
  if (json) say(JSON.stringify(verdict))
  return verdict.failed.length === 0 ? 0 : 1
}

function minutes(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0')
  return value
}

function whole(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('a whole number from 0')
  return value
}

function list(text: string): number[] {
  const values = text.split(',').map(Number)
  if (!values.every((value) => Number.isSafeInteger(value) && value > 0)) {
    throw new InvalidArgumentError('whole numbers above 0, separated by commas')
  }
  return values
}
