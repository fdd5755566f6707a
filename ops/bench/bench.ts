import { Command, CommanderError } from 'commander'
import { reportError } from '../../src/cli/report-error.ts'
import { ingestBenchmark } from './ingest.ts'
import { rebuildBenchmark } from './rebuild.ts'

const USAGE = 2

const program = new Command('npm run bench')
  .description('Benchmarks, each on a stack of its own that is taken down at the end.')
  .usage('NAME [-- options]')
  .helpCommand(false)
  .exitOverride()
  .showHelpAfterError()

for (const command of [ingestBenchmark(), rebuildBenchmark()]) program.addCommand(command.exitOverride())

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE
  else process.exitCode = reportError(error)
}
