import type { Score } from '../../src/evaluation/score.ts'
import type { SetAccuracy } from './accuracy.ts'
import type { CrossedAccuracy } from './crossed-accuracy.ts'
import { type Machine, machineInWords } from './environment.ts'

/** The page that `npm run bench accuracy -- --page` writes, in Markdown. */
export function accuracyPage({
  environment,
  model,
  sets,
  crossed,
}: {
  environment: Machine
  model: string | undefined
  sets: readonly SetAccuracy[]
  crossed: readonly CrossedAccuracy[]
}): string {
  return `# Accuracy
Written by \`npm run bench accuracy -- --data DIR --model ops/model/shipped --generated --crossed --page ops/bench/accuracy.md\`: the default policy on sets of records whose truth is known. **Exact** follows shared identifiers alone; **default** adds the shipped weights; **trained** adds weights learned from the set's own records, without its truth${model === undefined ? '' : `; **boosted** lays the trees of ${model} over these`}. No set has a setting of its own.

Measured ${machineInWords(environment)}.

| set | records | | pairwise F1 | precision | recall | B-cubed F1 |
|---|---|---|---|---|---|---|
${sets.flatMap(rowsOf).join('\n')}

| set | candidate pairs | of all pairs not compared | of true pairs compared | training, s | iterations |
|---|---|---|---|---|---|
${sets.map(blockingRow).join('\n')}
${crossed.length === 0 ? '' : crossedTable(sets, crossed)}`
}

/** A row what was learned from, a column what was scored. */
function crossedTable(sets: readonly SetAccuracy[], crossed: readonly CrossedAccuracy[]): string {
  const names = sets.map(({ set }) => set)
  const cell = (from: string, on: string) => {
    const own = sets.find(({ set }) => from === on && set === on)?.trained
    const { pairwise } =
      own ?? crossed.find(({ learned_from, set }) => learned_from === from && set === on)?.score ?? {}
    return pairwise === undefined ? '' : `${pairwise.f1.toFixed(3)} / ${pairwise.precision.toFixed(3)}`
  }
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return `
What the levels of comparisons were found to say on one set (rows), used on another (columns; prior and frequencies are its own): pairwise F1 / precision.

${[
  row(['', ...names]),
  row(['---', ...names.map(() => '---')]),
  ...names.map((from) => row([from, ...names.map((on) => cell(from, on))])),
].join('\n')}
`
}

function rowsOf({ set, records, exact, default: shipped, trained, boosted }: SetAccuracy): string[] {
  const row = (first: string, name: string, { pairwise, b_cubed }: Score) =>
    `| ${first} | ${name} | ${[pairwise.f1, pairwise.precision, pairwise.recall, b_cubed.f1].map((figure) => figure.toFixed(4)).join(' | ')} |`
  return [
    row(`${set} | ${records.toLocaleString('en')}`, 'exact', exact),
    row(' | ', 'default', shipped),
    row(' | ', '**trained**', trained),
    ...(boosted === undefined ? [] : [row(' | ', 'boosted', boosted)]),
  ]
}

function blockingRow({ set, blocking, training }: SetAccuracy): string {
  const settled = training.converged ? `${training.iterations}` : `${training.iterations}, not settled`
  return `| ${set} | ${blocking.candidates.toLocaleString('en')} | ${blocking.reduction_ratio.toFixed(3)} | ${blocking.pairs_completeness.toFixed(3)} | ${training.seconds.toFixed(1)} | ${settled} |`
}
