import { userInfo } from 'node:os'
import { Command } from 'commander'
import { withdraw } from '../commands/withdraw.ts'
import { readConfig } from '../config.ts'
import { openGraph } from '../graph/graph.ts'
import { applySchema } from '../graph/schema.ts'
import { createResolver } from '../resolver/resolver.ts'
import { loadRules } from '../rules.ts'

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
      const config = readConfig({ stack: options.stack })
      const graph = openGraph(config)
      try {
        await applySchema(graph)
        const resolver = createResolver({ graph, rules: loadRules(config), slowPathLimit: config.slow_path_limit })
        const { username } = userInfo()
        const decision = { verdict, by: username, reason: options.reason, at: Date.now(), onProgress: progress }
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
      } finally {
        await graph.close()
      }
    })
}

function progress(count: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${count} identifiers`)
}
