#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { evaluateCommand } from './cli/evaluate.ts'
import { exportCommand } from './cli/export.ts'
import { generateCommand } from './cli/generate.ts'
import { ingestCommand } from './cli/ingest.ts'
import { openMaps } from './cli/open-maps.ts'
import { reconcileCommand } from './cli/reconcile.ts'
import { reportError } from './cli/report-error.ts'
import { serveCommand } from './cli/serve.ts'
import { sqlCommand } from './cli/sql.ts'
import { stackCommand } from './cli/stack.ts'
import { reinstateCommand, withdrawCommand } from './cli/withdraw.ts'
import { workCommand } from './cli/work.ts'

const USAGE = 2

const program = new Command('selfsame')
  .description('Which of all the identifiers a business sees are the same customer, right now, and why?')
  .version('0.1.0')
  .exitOverride()
  .showHelpAfterError('(selfsame --help lists the commands, selfsame COMMAND --help its options)')

for (const command of [
  stackCommand(),
  ingestCommand(),
  workCommand(),
  serveCommand(),
  withdrawCommand(),
  reinstateCommand(),
  exportCommand(),
  sqlCommand(),
  reconcileCommand(),
  evaluateCommand(openMaps),
  generateCommand(),
]) {
  // Subcommands made on their own do not inherit it.
  program.addCommand(overrideExit(command))
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE
  else process.exitCode = reportError(error)
}

function overrideExit(command: Command): Command {
  for (const child of command.commands) overrideExit(child)
  return command.exitOverride()
}
