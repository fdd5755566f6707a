import type { Score } from '../../src/evaluation/score.ts'
import type { SetAccuracy } from './accuracy.ts'
import { type Machine, machineInWords } from './environment.ts'

/** The page that `npm run bench accuracy -- --page` writes, in Markdown. */
export function accuracyPage({
  environment,
  model,
  sets,
}: {
  environment: Machine
  model: string | undefined
  sets: readonly SetAccuracy[]
}): string {
  return `# Accuracy
Written by \`npm run bench accuracy -- --data DIR --model ops/model/shipped --page ops/bench/accuracy.md\`: the default policy on sets of records whose truth is known. **Exact** follows shared identifiers alone; **default** adds the shipped weights; **trained** adds weights learned from the set's own records, without its truth${model === undefined ? '' : `; **boosted** lays the trees of ${model} over these`}. No set has a setting of its own.

Measured ${machineInWords(environment)}.

| set | records | | pairwise F1 | precision | recall | B-cubed F1 |
|---|---|---|---|---|---|---|
${sets.flatMap(rowsOf).join('\n')}

| set | candidate pairs | of all pairs not compared | of true pairs compared | training, s | iterations |
|---|---|---|---|---|---|
${sets.map(blockingRow).join('\n')}
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
