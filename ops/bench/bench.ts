import { Command, CommanderError } from 'commander'
import { reportError } from '../../src/cli/report-error.ts'
import { accuracyBenchmark } from './accuracy.ts'
import { apiBenchmark } from './api.ts'
import { catchUpBenchmark } from './catch-up.ts'
import { freshnessBenchmark } from './freshness.ts'
import { httpIngestBenchmark } from './http-ingest.ts'
import { hubBenchmark } from './hub.ts'
import { ingestBenchmark } from './ingest.ts'
import { matchingBenchmark } from './matching.ts'
import { mixedBenchmark } from './mixed.ts'
import { rebuildBenchmark } from './rebuild.ts'
import { repeatBenchmark } from './repeat.ts'
import { reviewsBenchmark } from './reviews.ts'
import { scaleBenchmark } from './scale.ts'
import { workersBenchmark } from './workers.ts'

const USAGE = 2

const program = new Command('npm run bench')
  .description('Benchmarks; those that need a stack start one of their own, and take it down at the end.')
  .usage('NAME [-- options]')
  .helpCommand(false)
  .exitOverride()
  .showHelpAfterError()

const commands = [
  ingestBenchmark(),
  repeatBenchmark(),
  mixedBenchmark(),
  freshnessBenchmark(),
  catchUpBenchmark(),
  hubBenchmark(),
  scaleBenchmark(),
  workersBenchmark(),
  rebuildBenchmark(),
  accuracyBenchmark(),
  matchingBenchmark(),
  reviewsBenchmark(),
  httpIngestBenchmark(),
  apiBenchmark(),
]

for (const command of commands) program.addCommand(command.exitOverride())

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE
  else process.exitCode = reportError(error)
}
