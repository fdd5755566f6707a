import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { openGraph } from '../graph/graph.ts'
import { applySchema } from '../graph/schema.ts'
import { rebuild, type Step } from '../resolver/rebuild/rebuild.ts'
import { loadRules } from '../rules.ts'
import { createProgress } from './progress.ts'
import { rebuiltInWords } from './rebuilt-in-words.ts'

interface Chosen {
  readonly check?: true
  readonly limit: string
  readonly json?: true
  readonly stack?: string
}

/** `selfsame rebuild`: what the graph holds, resolved anew from all its evidence; writes or lists the difference. */
export function rebuildCommand(): Command {
  return new Command('rebuild')
    .description('resolve the whole graph anew from its evidence, by the policy as it is now, and write what differs')
    .option('--check', 'write nothing; list every difference, and exit with 1 where there is any')
    .option('--limit <number>', 'differences listed a part; all are counted', '20')
    .option('--json', 'print what was found as one JSON object')
    .option('--stack <name>', 'local stack to work on')
    .action(async ({ check, limit, json, stack }: Chosen, command: Command) => {
      if (!/^\d{1,9}$/.test(limit)) command.error('error: --limit takes a whole number up to 999999999')
      const config = readConfig({ stack })
      const graph = openGraph(config)
      const progress = createProgress<Step>((step) => (step === 'repair' ? 'rows repaired' : step))
      try {
        await applySchema(graph)
        const result = await rebuild({
          ...{ graph, rules: loadRules(config), repair: check !== true, limit: Number(limit) },
          onRow: progress.row,
        })
        progress.end()
        process.stdout.write(json ? `${JSON.stringify(result)}\n` : rebuiltInWords(result))
        if (check && !result.equal) process.exitCode = 1
      } finally {
        progress.end()
        await graph.close()
      }
    })
}
