import type { Command } from 'commander'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { benchmarkCommand, type CommonOptions, positive } from './benchmark-command.ts'
import { openGround } from './ground.ts'
import { mixedMessages } from './mixed-messages.ts'
import { runToldOften } from './told-run.ts'

interface Options extends CommonOptions {
  readonly events: number
  readonly history: number
}

const QUICK = 5000
const QUICK_HISTORY = 2000
/** Nine in ten are known. */
const NOVEL_SHARE = 0.1

/** `npm run bench mixed`: nine in ten events known, one new, beside the bare stage on the same topic. */
export function mixedBenchmark(): Command {
  return benchmarkCommand({
    name: 'mixed',
    description: 'events/s through a worker that knows nine in ten of them, beside parsing and counting them',
    ...{ runs: 3, quick: `one run of ${QUICK} events` },
  })
    .option('--events <n>', 'events a run', positive, 100_000)
    .option('--history <n>', 'events told before', positive, 20_000)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, { runs, quick, ...options }: Options): Promise<Outcome> {
  const ground = await openGround(bench)
  const { events, history } = quick ? { events: QUICK, history: QUICK_HISTORY } : options
  const novel = Math.round(events * NOVEL_SHARE)
  const mix = mixedMessages({ history, count: events, novel })
  bench.say(`after ${history} new events, ${events} of which exactly ${novel}, at random places, are new`)
  const told = () => ({ before: mix.history, measured: mix.measured(), novel })
  const result = await runToldOften(ground, quick ? 1 : runs, told)
  return { result: { benchmark: 'mixed', environment: ground.environment, novel, ...result }, missed: undefined }
}
