import type { Command } from 'commander'
import { type Bench, type Outcome, onBenchStack } from './bench-stack.ts'
import { benchmarkCommand, type CommonOptions, positive } from './benchmark-command.ts'
import { openGround } from './ground.ts'
import { novelMessages } from './novel-messages.ts'
import { runToldOften } from './told-run.ts'

interface Options extends CommonOptions {
  readonly events: number
  readonly rounds: number
}

const QUICK = 2000

/** `npm run bench repeat`: what a worker was told before, told again, beside the bare stage on the same topic. */
export function repeatBenchmark(): Command {
  return benchmarkCommand({
    name: 'repeat',
    description: 'events/s through a worker that knows them all, beside parsing and counting them',
    ...{ runs: 3, quick: `one run of ${QUICK} events` },
  })
    .option('--events <n>', 'different events', positive, 20_000)
    .option('--rounds <n>', 'how often all of them are told again', positive, 10)
    .action((options: Options) => onBenchStack(options.json === true, (bench) => benchmark(bench, options)))
}

async function benchmark(bench: Bench, { runs, events, rounds, quick }: Options): Promise<Outcome> {
  const ground = await openGround(bench)
  const before = novelMessages(quick ? QUICK : events, 0).measured
  bench.say(`${before.length} events are told, then each of them ${rounds} times again, word for word`)
  const measured = Array.from({ length: rounds }, () => before).flat()
  const result = await runToldOften(ground, quick ? 1 : runs, () => ({ before, measured, novel: 0 }))
  return { result: { benchmark: 'repeat', environment: ground.environment, ...result }, missed: undefined }
}
