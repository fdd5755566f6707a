#!/usr/bin/env -S node --max-semi-space-size=64
// A young generation of 64 MB: much of a batch outlives the 16 of the default, and collecting it costs a twentieth more.
import { Command, CommanderError } from 'commander'
import { reportError } from './cli/report-error.ts'

const USAGE = 2

/** Loaded when named: what one command needs costs the others neither time nor memory. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./cli/demo.ts')).demoCommand(),
  stack: async () => (await import('./cli/stack.ts')).stackCommand(),
  ingest: async () => (await import('./cli/ingest.ts')).ingestCommand(),
  work: async () => (await import('./cli/work.ts')).workCommand(),
  serve: async () => (await import('./cli/serve.ts')).serveCommand(),
  withdraw: async () => (await import('./cli/withdraw.ts')).withdrawCommand(),
  reinstate: async () => (await import('./cli/withdraw.ts')).reinstateCommand(),
  export: async () => (await import('./cli/export.ts')).exportCommand(),
  sql: async () => (await import('./cli/sql.ts')).sqlCommand(),
  why: async () => (await import('./cli/why.ts')).whyCommand(),
  'why-not': async () => (await import('./cli/why.ts')).whyNotCommand(),
  'what-if': async () => (await import('./cli/what-if.ts')).whatIfCommand(),
  search: async () => (await import('./cli/search.ts')).searchCommand(),
  review: async () => (await import('./cli/review.ts')).reviewCommand(),
  train: async () => (await import('./cli/train.ts')).trainCommand(),
  pairs: async () => (await import('./cli/pairs.ts')).pairsCommand(),
  rebuild: async () => (await import('./cli/rebuild.ts')).rebuildCommand(),
  reconcile: async () => (await import('./cli/reconcile.ts')).reconcileCommand(),
  evaluate: async () => (await import('./cli/evaluate.ts')).evaluateCommand(),
  keys: async () => (await import('./cli/keys.ts')).keysCommand(),
  generate: async () => (await import('./cli/generate.ts')).generateCommand(),
}

const program = new Command('selfsame')
  .description('Which of all the identifiers a business sees are the same customer, right now, and why?')
  .version('0.1.0')
  // Options after a command's own subcommand are that one's, see review.ts.
  .enablePositionalOptions()
  .exitOverride()
  .showHelpAfterError('(selfsame --help lists the commands, selfsame COMMAND --help its options)')

try {
  const named = process.argv[2] ?? ''
  const wanted = Object.hasOwn(commands, named) ? [named] : Object.keys(commands)
  for (const name of wanted) {
    const command = await commands[name]?.()
    // Subcommands made on their own do not inherit it.
    if (command !== undefined) program.addCommand(overrideExit(command))
  }
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE
  else process.exitCode = reportError(error)
}

function overrideExit(command: Command): Command {
  for (const child of command.commands) overrideExit(child)
  return command.exitOverride()
}
