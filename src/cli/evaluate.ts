import { Command } from 'commander'
import { readConfig } from '../config.ts'
import { costliestErrors } from '../evaluation/costliest-errors.ts'
import { type CurvePoint, createCurve, thresholdsOf } from '../evaluation/curve.ts'
import { evaluate } from '../evaluation/evaluate.ts'
import type { Clustering } from '../evaluation/score.ts'
import { readTruth } from '../evaluation/truth-file.ts'
import { type CurveStep, customersAt } from '../explanation/customers-at.ts'
import { modelInForce } from '../explanation/model-in-force.ts'
import { identityMap, recordMap } from '../export/maps.ts'
import { type Graph, openGraph } from '../graph/graph.ts'
import type { Policy } from '../identity/policy.ts'
import { loadPolicy } from '../rules.ts'
import { evaluatedInWords } from './evaluated-in-words.ts'
import { explainErrors } from './explain-errors.ts'
import { printLines } from './print-lines.ts'
import { createProgress } from './progress.ts'
import { type KeysOfThings, keysOfIdentifiers, keysOfRecords } from './things.ts'

interface Chosen {
  readonly truth: string
  readonly source?: string
  readonly curve: boolean
  readonly errors: string
  readonly stack?: string
  readonly json?: true
}

/** The command `selfsame evaluate`: how well the customers agree with a truth, and what to improve. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description(
      'how well the customers agree with a truth, now and at other thresholds, and the costliest errors, why',
    )
    .requiredOption('--truth <file>', 'CSV: kind,value,entity, or with --source record_id,entity')
    .option('--source <name>', 'judge the records of that source instead of the identifiers')
    .option('--no-curve', 'without other link thresholds: for these the whole graph is read and resolved')
    .option('--errors <number>', 'how many false merges and misses are shown, with why, the costliest first', '10')
    .option('--stack <name>', 'local stack to judge')
    .option('--json', 'as one JSON object')
    .action(async ({ truth: file, source, curve, errors, stack, json }: Chosen, command: Command) => {
      if (!/^\d{1,6}$/.test(errors)) command.error('error: --errors takes a whole number up to 999999')
      const truth = await readTruth(file, source === undefined ? 'identifiers' : 'records')
      const config = readConfig({ stack })
      const policy = loadPolicy(config)
      const graph = openGraph(config)
      try {
        const maps = { identityMap: () => identityMap(graph), recordMap: (name: string) => recordMap(graph, name) }
        const { evaluation, predicted } = await evaluate(truth, maps, source)
        const keys = source === undefined ? keysOfIdentifiers : keysOfRecords(predicted.keys(), source, policy)
        const costliest = costliestErrors(truth.entities, predicted, Number(errors))
        const result = {
          ...evaluation,
          ...(curve ? { curve: await curveOf(truth.entities, keys, { graph, policy }) } : {}),
          ...(await explainErrors(costliest, keys, { graph, policy, model: await modelInForce(graph) })),
        }
        const things = source === undefined ? 'identifiers' : 'records'
        if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
        else printLines(evaluatedInWords(result, things))
      } finally {
        await graph.close()
      }
    })
}

async function curveOf(
  truth: Clustering,
  { thingsOf }: KeysOfThings,
  { graph, policy }: { readonly graph: Graph; readonly policy: Policy },
): Promise<CurvePoint[]> {
  const thresholds = thresholdsOf(policy)
  const curve = createCurve(truth, thresholds, policy.linkThreshold)
  const progress = createProgress<CurveStep>()
  try {
    await customersAt(thresholds, { graph, policy, onRow: progress.row }, (threshold, members) => {
      curve.add(threshold, members.flatMap(thingsOf))
    })
  } finally {
    progress.end()
  }
  return curve.points()
}
