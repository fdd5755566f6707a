import { isDeepStrictEqual } from 'node:util'
import { Command } from 'commander'
import { readTrees } from '../commands/read-trees.ts'
import { type Trained, train } from '../commands/train.ts'
import { readConfig } from '../config.ts'
import { openGraph } from '../graph/graph.ts'
import { applySchema } from '../graph/schema.ts'
import { defaultsOf } from '../matching/default-weights.ts'
import type { Judgement } from '../matching/judge.ts'
import type { Training } from '../matching/train.ts'
import { bitsOfLevel, priorBits } from '../matching/weights.ts'
import { loadRules } from '../rules.ts'
import { differencesInWords, rebuiltInWords } from './rebuilt-in-words.ts'

interface Chosen {
  readonly apply?: true
  readonly model?: string
  readonly json?: true
  readonly stack?: string
}

/** `selfsame train`: what makes two records one customer's, learned from the graph's own records. */
export function trainCommand(): Command {
  return new Command('train')
    .description(
      "learn how to match from the graph's own records and from reviewed pairs, and keep it as the challenger",
    )
    .option('--apply', 'put it in force: score everything anew, and write the difference in customers')
    .option(
      '--model <dir>',
      'a boosted model (see ops/model) to lay over what is learned: scored in shadow, or applied',
    )
    .option('--json', 'print what was learned as one JSON object')
    .option('--stack <name>', 'local stack to work on')
    .action(async ({ apply, model, json, stack }: Chosen) => {
      const config = readConfig({ stack })
      const graph = openGraph(config)
      try {
        await applySchema(graph)
        const result = await train({
          ...{ graph, rules: loadRules(config), apply: apply === true },
          ...(model === undefined ? {} : { trees: readTrees(model) }),
          onProgress: progress(),
        })
        process.stdout.write(json ? `${JSON.stringify(withoutTerms(result))}\n` : inWords(result, apply === true))
      } finally {
        await graph.close()
      }
    })
}

/** Without the values of records that the model knows to be frequent. */
function withoutTerms({ training: { model, ...training }, ...result }: Trained) {
  const { frequencies: _, ...weights } = model
  return { ...result, training: { ...training, model: weights } }
}

/** A line for each step on stderr, where that is a terminal. */
function progress(): (step: string) => void {
  let last = ''
  return (step) => {
    if (step !== last && process.stderr.isTTY) process.stderr.write(`${step} …\n`)
    last = step
  }
}

function inWords(result: Trained, apply: boolean): string {
  const { training, challenger, champion, judged, shadow, applied } = result
  return [
    ...learnedInWords(result),
    '',
    ...modelInWords(training),
    '',
    ...judgedInWords(judged, champion, challenger),
    '',
    ...(shadow === undefined ? [] : ['What it would change:', ...differencesInWords(shadow), '']),
    ...(applied === undefined ? [] : ['What it changes:', rebuiltInWords(applied).trimEnd(), '']),
    verdict(result, apply),
    '',
  ].join('\n')
}

function learnedInWords({ training, allRecords, taught }: Trained): string[] {
  const { records, candidates, randomPairs, iterations, converged } = training
  const number = (value: number) => value.toLocaleString('en-US')
  return [
    `learned from ${number(records)} of ${number(allRecords)} records: ${number(candidates)} candidate pairs, ${number(randomPairs)} drawn at random`,
    `corrected by ${number(taught)} pairs that people have reviewed`,
    converged
      ? `settled after ${iterations} iterations`
      : `did not settle in ${iterations} iterations: few pairs are alike, or two sorts of records differ much; the model is what it had come to`,
  ]
}

/** Of each comparison that was learned: the share of each level among one customer's pairs and others', and its bits. */
function modelInWords({ model }: Training): string[] {
  const lines = [
    `prior: one pair in ${Math.round(1 / model.prior).toLocaleString('en-US')} (${priorBits(model).toFixed(1)} bits); names add at most ${model.mostNameBits.toFixed(1)} bits`,
    '',
    'comparison         level            m          u    bits',
  ]
  // Of what these records do not tell, nothing was learned: those weights are the default's.
  const untold: string[] = []
  for (const [comparison, levels] of Object.entries(model.comparisons)) {
    if (isDeepStrictEqual(levels, defaultsOf(comparison))) {
      untold.push(comparison)
      continue
    }
    for (const [level, weights] of Object.entries(levels)) {
      const { m, u } = weights
      const bits = bitsOfLevel(weights).toFixed(1)
      lines.push(
        `${comparison.padEnd(19)}${level.padEnd(10)}${m.toFixed(5).padStart(9)}${u.toFixed(6).padStart(11)}${bits.padStart(8)}`,
      )
    }
  }
  if (untold.length > 0) lines.push('', `as by default, since too few records tell: ${untold.join(', ')}`)
  return lines
}

function judgedInWords(judged: Trained['judged'], champion: string, challenger: string): string[] {
  if (judged === undefined) {
    return [
      `The model in force, ${champion}, cannot be read: the challenger was not judged, and applying it mends that.`,
    ]
  }
  if (judged.champion.pairs === 0) {
    return [
      'No reviewed pair is there to judge the challenger by (selfsame review): three in ten are held out for that.',
    ]
  }
  return [
    `On ${judged.champion.pairs} reviewed pairs that were held out, and taught neither:`,
    judgement(champion, judged.champion),
    judgement(challenger, judged.challenger),
  ]
}

function judgement(name: string, { precision, recall }: Judgement): string {
  return `  ${name.padEnd(18)} precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`
}

function verdict({ challenger: name, champion, judged }: Trained, apply: boolean): string {
  if (champion === name && judged !== undefined)
    return `${name} is in force already: the records have taught nothing new.`
  if (apply) return `${name} is in force; before it was ${champion}.`
  return `${name} waits as the challenger; in force is ${champion}. To apply it: the same with --apply`
}
