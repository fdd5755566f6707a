import { userInfo } from 'node:os'
import { Command } from 'commander'
import { withdraw } from '../commands/withdraw.ts'
import { withResolver } from './with-resolver.ts'

interface Options {
  readonly source: string
  readonly load?: string
  readonly record?: string
  readonly reason: string
  readonly json?: true
  readonly stack?: string
}

/** `selfsame withdraw`: a source, a load or a record counts no longer, whenever what it says arrives. */
export function withdrawCommand(): Command {
  return command('withdraw', 'take what a source, a load or a record said out of what counts', 'withdrawn')
}

/** `selfsame reinstate`: it counts again. */
export function reinstateCommand(): Command {
  return command('reinstate', 'let what a source, a load or a record said count again', 'reinstated')
}

function command(name: string, description: string, verdict: 'withdrawn' | 'reinstated'): Command {
  return new Command(name)
    .description(description)
    .requiredOption('--source <name>', 'the source')
    .option('--load <name>', 'only what this load of it brought')
    .option('--record <id>', 'only this record of it')
    .option('--reason <text>', 'why; kept with the decision', '')
    .option('--json', 'print what was done as one JSON object')
    .option('--stack <name>', 'local stack to work on')
    .action(async (options: Options) => {
      await withResolver(options.stack, async ({ graph, resolver }) => {
        const { username } = userInfo()
        const decision = { verdict, by: username, reason: options.reason, onProgress: progress }
        const count = await withdraw({ graph, resolver }, options, decision)
        const what = options.record ?? options.load ?? options.source
        console.info(
          options.json
            ? JSON.stringify({
                verdict,
                source: options.source,
                load: options.load,
                record: options.record,
                identifiers: count,
              })
            : `${verdict}: ${what}. Its customers are resolved again (${count} identifiers looked at).`,
        )
      })
    })
}

function progress(count: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${count} identifiers`)
}
