import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { openGraph } from '../graph/graph.ts'
import { createLogger } from '../telemetry.ts'
import type { Comparison } from '../warehouse/compare-sorted.ts'
import { projectWarehouse } from '../warehouse/project.ts'
import { type ReconcileOptions, type Reconciliation, reconcile, startOver } from '../warehouse/reconcile.ts'

interface Chosen {
  readonly limit: string
  readonly repair?: true
  readonly json?: true
  readonly stack?: string
}

/** The command `selfsame reconcile`: proves the warehouse equal to the graph, or lists the differences and exits 1. */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description('prove the warehouse equal to the graph, or list the differences; exits 1 where there are any')
    .option('--limit <number>', 'differences listed a table; all are counted', '20')
    .option('--repair', 'where they differ bring all but the events anew from the graph, and compare again')
    .option('--json', 'as one JSON object')
    .option('--stack <name>', 'local stack to work on')
    .action(async ({ limit, repair, json, stack }: Chosen, command: Command) => {
      if (!/^\d{1,6}$/.test(limit)) command.error('error: --limit takes a whole number up to 999999')
      const config = readConfig({ stack })
      const graph = openGraph(config)
      try {
        const options = { graph, warehouseFile: config.warehouse_file, limit: Number(limit), onWait }
        let result = await reconcile(options)
        if (repair && !result.equal) result = await bringAnew(options)
        process.stdout.write(json ? `${JSON.stringify(result)}\n` : inWords(result))
        if (!result.equal) process.exitCode = 1
      } finally {
        await graph.close()
      }
    })
}

async function bringAnew(options: ReconcileOptions): Promise<Reconciliation> {
  const logger = createLogger({ process: 'reconcile', level: 'warn' })
  await startOver(options)
  while ((await projectWarehouse({ ...options, logger })).more) process.stderr.write('still projecting\n')
  return reconcile(options)
}

function onWait(): void {
  process.stderr.write('a projection holds the warehouse: waiting\n')
}

function inWords({ equal, customers, identifiers, aliases, pending }: Reconciliation): string {
  const parts = [section('customers', customers), section('identifiers', identifiers), section('aliases', aliases)]
  const verdict = equal ? 'The warehouse equals the graph.' : 'The warehouse differs from the graph.'
  const waiting =
    pending === 0
      ? ''
      : ` ${pending} customers, present or former, wait for the next projection${equal ? '' : ': they may be what differs'}.`
  return `${parts.flat().join('\n')}\n${verdict}${waiting}\n`
}

function section(name: string, { graph, warehouse, differences, listed }: Comparison): string[] {
  const lines = listed.map(({ key, difference, fields }) => {
    const which = fields.length === 0 ? '' : ` (${fields.join(', ')})`
    return `  ${difference.padEnd(9)} ${key}${which}`
  })
  const hidden = differences - listed.length
  return [
    `${name.padEnd(12)} ${graph} in the graph, ${warehouse} in the warehouse, ${differences} differ`,
    ...lines,
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
  ]
}
