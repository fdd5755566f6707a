import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command, InvalidArgumentError } from 'commander'
import { generatedRows, trainingWorlds } from '../../ops/model/generated-pairs.ts'
import { reviewedRows } from '../commands/reviewed-rows.ts'
import { readConfig } from '../config.ts'
import { openGraph } from '../graph/graph.ts'
import { rowsHeader } from '../matching/training-rows.ts'
import { loadPolicy } from '../rules.ts'

/** No graph is asked, so none need be configured. */
const POLICY_FILE = join(import.meta.dirname, '..', '..', 'ops', 'policy.yaml')

/** `selfsame pairs`: pairs of records of which it is known whether they are one customer's, for `ops/model` to learn from. */
export function pairsCommand(): Command {
  return new Command('pairs')
    .description('write pairs of records whose truth is known, as features, for ops/model to learn from')
    .addCommand(
      new Command('generated')
        .description('candidate pairs of made-up retailers')
        .requiredOption('--out <file>', 'CSV: fold, origin, same, then the features')
        .option('--worlds <number>', 'how many retailers, each with its seed and noise', wholeNumber, 15)
        .option('--people <number>', 'people of each', wholeNumber, 1500)
        .action(({ out, worlds, people }: { out: string; worlds: number; people: number }) =>
          write(out, generatedRows(trainingWorlds(worlds, people), loadPolicy({ policy_file: POLICY_FILE }))),
        ),
    )
    .addCommand(
      new Command('reviewed')
        .description('pairs that people have reviewed in the graph')
        .requiredOption('--out <file>', 'CSV: fold, origin, same, then the features')
        .option('--stack <name>', 'local stack to work on')
        .action(async ({ out, stack }: { out: string; stack?: string }) => {
          const config = readConfig({ stack })
          const graph = openGraph(config)
          try {
            await write(out, await reviewedRows({ graph, policy: loadPolicy(config) }))
          } finally {
            await graph.close()
          }
        }),
    )
}

async function write(out: string, rows: Iterable<string>): Promise<void> {
  let count = 0
  const lines = Iterator.from(rows).map((row) => {
    count += 1
    return `${row}\n`
  })
  await pipeline(Readable.from([`${rowsHeader}\n`]), createWriteStream(out))
  await pipeline(Readable.from(lines), createWriteStream(out, { flags: 'a' }))
  process.stdout.write(`${out}: ${count.toLocaleString('en-US')} pairs\n`)
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError(`"${text}" is no whole number from 1 to 999999.`)
}
