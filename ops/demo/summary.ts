import type { Config } from '../../src/config.ts'
import { evaluate } from '../../src/evaluation/evaluate.ts'
import { readTruth } from '../../src/evaluation/truth-file.ts'
import { identityMap, recordMap } from '../../src/export/maps.ts'
import type { Graph } from '../../src/graph/graph.ts'
import { reconcile } from '../../src/warehouse/reconcile.ts'
import type { Child } from './children.ts'
import { scrape, sumBy } from './metrics.ts'

export interface SummaryOptions {
  readonly config: Config
  readonly graph: Graph
  readonly worker: Child
  readonly sent: number
  /** How many of those sent no source should send. */
  readonly broken: number
  readonly seconds: number
  readonly truth: string
}

/** Prints what became of the messages, as the worker counted and as the graph and the warehouse hold it. */
export async function printSummary({
  config,
  graph,
  worker,
  sent,
  broken,
  seconds,
  truth,
}: SummaryOptions): Promise<void> {
  const samples = await scrape(worker.url)
  const outcomes = sumBy(samples, 'selfsame_events_total', 'outcome')
  const reasons = [...sumBy(samples, 'selfsame_dead_letters_total', 'reason')].filter(([, count]) => count > 0)
  const steps = [...sumBy(samples, 'selfsame_batch_seconds_sum', 'step')].sort(([, a], [, b]) => b - a)
  const created = sumBy(samples, 'selfsame_created_total', 'what')
  line('sent', `${number(sent)} messages, ${broken} of them broken on purpose`)
  line(
    'applied',
    `${number(outcomes.get('applied') ?? 0)}, and ${number(outcomes.get('unchanged') ?? 0)} brought nothing new (delivered twice, or known)`,
  )
  line(
    'dead letters',
    `${number(outcomes.get('dead_letter') ?? 0)} (${reasons.map(([reason, count]) => `${reason} ${count}`).join(', ') || 'none'})`,
  )
  line(
    'rate',
    `${number(sent / seconds)} messages/s, ${seconds.toFixed(1)} s from the first sent to the last committed`,
  )
  line('slowest part', steps.map(([step, spent]) => `${step} ${spent.toFixed(1)} s`).join(', '))
  line('new in the graph', [...created].map(([what, count]) => `${number(count)} ${what}`).join(', '))
  await printCustomers(graph, truth)
  const { equal, customers, identifiers, aliases } = await reconcile({ graph, warehouseFile: config.warehouse_file })
  const differences = customers.differences + identifiers.differences + aliases.differences
  line('warehouse', equal ? 'equal to the graph, row by row' : `${differences} differences to the graph`)
}

async function printCustomers(graph: Graph, truth: string): Promise<void> {
  const { evaluation } = await evaluate(await readTruth(truth, 'identifiers'), {
    identityMap: () => identityMap(graph),
    recordMap: (source) => recordMap(graph, source),
  })
  const [row] = await graph.read<{
    customers: number
    former: number
    shared: number
    blocked: number
    refused: number
  }>('read/census')
  if (row !== undefined) {
    line('customers', `${number(row.customers)}; ${number(row.former)} ids given up on the way, each leads somewhere`)
    line(
      'kept apart',
      `${number(row.shared)} shared and ${number(row.blocked)} blocked identifiers, ${number(row.refused)} links refused`,
    )
  }
  const agreement = (name: string, { precision, recall, f1 }: { precision: number; recall: number; f1: number }) =>
    line(name, `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}`)
  agreement('pairwise', evaluation.pairwise)
  agreement('B-cubed', evaluation.b_cubed)
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function line(name: string, text: string): void {
  console.info(`      ${name.padEnd(17)} ${text}`)
}
