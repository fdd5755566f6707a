import { Command } from 'commander'
import { type Evaluation, evaluate, type Maps } from '../evaluation/evaluate.ts'
import type { Agreement } from '../evaluation/score.ts'

type Closing = Maps & { close(): Promise<void> }

interface Chosen {
  readonly truth: string
  readonly source?: string
  readonly stack?: string
  readonly json?: true
}

/**
 * The command `selfsame evaluate`: how well the customers agree with a truth. Where the maps need a connection, pass
 * the function that opens it: it is called once the truth has been read, and closed whatever happens.
 */
export function evaluateCommand(deps: Maps | ((stack: string | undefined) => Promise<Closing>)): Command {
  return new Command('evaluate')
    .description('how well the customers agree with a truth')
    .requiredOption('--truth <file>', 'CSV: kind,value,entity, or with --source record_id,entity')
    .option('--source <name>', 'judge the records of that source instead of the identifiers')
    .option('--stack <name>', 'local stack to judge')
    .option('--json', 'as one JSON object')
    .action(async ({ truth, source, stack, json }: Chosen) => {
      const result = await withMaps(typeof deps === 'function' ? () => deps(stack) : deps, (open) =>
        evaluate({ file: truth, source }, open),
      )
      const thing = source === undefined ? 'identifiers' : 'records'
      process.stdout.write(`${json ? JSON.stringify(result) : inWords(result, thing)}\n`)
    })
}

async function withMaps<T>(
  deps: Maps | (() => Promise<Closing>),
  use: (open: () => Promise<Maps>) => Promise<T>,
): Promise<T> {
  if (typeof deps !== 'function') return use(async () => deps)
  let opened: Closing | undefined
  try {
    return await use(async () => {
      opened = await deps()
      return opened
    })
  } finally {
    await opened?.close()
  }
}

function inWords(result: Evaluation, things: 'identifiers' | 'records'): string {
  const number = (value: number) => value.toLocaleString('en-US')
  const held = result.things - result.missing
  const lines = [
    `judged             ${number(result.things)} ${things} of ${number(result.entities)} entities, in ${number(result.clusters)} clusters`,
    '',
    '                   precision   recall       F1',
    row('pairwise', result.pairwise),
    row('B-cubed', result.b_cubed),
    `exact clusters     ${''.padEnd(20)}${result.exact_cluster_f1.toFixed(4)}`,
    `largest cluster    ${number(result.largest_cluster)} ${things}`,
    '',
    `Of the truth's ${things}, ${number(held)} have a customer, ${number(result.unassigned)} are in the graph without one`,
    `(shared, blocked or unsupported), and ${number(result.unknown)} the graph does not know: these count as alone.`,
    `Could not judge ${number(result.unjudged + result.unjudged_without_customer)} ${things} that are in the graph but not in the truth,`,
    `${number(result.unjudged)} of them with a customer: they are left out of the figures.`,
  ]
  if (result.contradicting_rows > 0) {
    lines.push(
      `${number(result.contradicting_rows)} rows of the truth contradict an earlier row: the last one counted.`,
    )
  }
  if (result.unknown === result.things) {
    lines.push(`The graph knows none of the truth: are its values in normal form (phones +84…, accounts scope:value)?`)
  }
  return lines.join('\n')
}

function row(name: string, { precision, recall, f1 }: Agreement): string {
  return `${name.padEnd(19)}${precision.toFixed(4).padStart(9)}${recall.toFixed(4).padStart(9)}${f1.toFixed(4).padStart(9)}`
}
