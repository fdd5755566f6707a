import type { FalseMerge, Miss, Part } from '../evaluation/costliest-errors.ts'
import type { CurvePoint } from '../evaluation/curve.ts'
import type { Evaluation } from '../evaluation/evaluate.ts'
import type { Agreement } from '../evaluation/tally.ts'
import { identifierOf } from '../identity/keys.ts'
import type { ExplainedErrors, ExplainedMerge, ExplainedMiss } from './explain-errors.ts'
import { reasonInWords, whyMergedInWords, whyMissedInWords } from './why-errors-in-words.ts'

type Things = 'identifiers' | 'records'
type Result = Evaluation & ExplainedErrors & { readonly curve?: readonly CurvePoint[] }

/** For a person: the figures, what other thresholds would give, and the costliest errors with why. */
export function evaluatedInWords(result: Result, things: Things): string[] {
  return [
    ...figuresInWords(result, things),
    ...(result.curve === undefined ? [] : ['', ...curveInWords(result.curve, result)]),
    '',
    ...mergesInWords(result.false_merges, things),
    '',
    ...missesInWords(result.misses, things),
  ]
}

const number = (value: number) => value.toLocaleString('en-US')

function figuresInWords(result: Evaluation, things: Things): string[] {
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
  return lines
}

function row(name: string, { precision, recall, f1 }: Agreement): string {
  return `${name.padEnd(19)}${precision.toFixed(4).padStart(9)}${recall.toFixed(4).padStart(9)}${f1.toFixed(4).padStart(9)}`
}

/** Where the policy's own row is not what was scored, the graph does not hold what follows from its evidence. */
function curveInWords(curve: readonly CurvePoint[], scored: Evaluation): string[] {
  const own = curve.find(({ in_force }) => in_force)
  const differs = JSON.stringify([own?.pairwise, own?.b_cubed]) !== JSON.stringify([scored.pairwise, scored.b_cubed])
  return [
    'With another link threshold, all else as it is:',
    '                   precision   recall       F1   B-cubed F1   clusters',
    ...curve.map(
      ({ threshold, in_force, pairwise, b_cubed, clusters }) =>
        `${row(`${threshold}${in_force ? '  in force' : ''}`, pairwise)}${b_cubed.f1.toFixed(4).padStart(13)}${number(clusters).padStart(11)}`,
    ),
    ...(differs
      ? [
          'The row in force is not what the graph holds: it changed meanwhile, or waits for a rebuild (selfsame rebuild --check).',
        ]
      : []),
  ]
}

function mergesInWords({ customers, pairs, costliest }: ExplainedErrors['false_merges'], things: Things): string[] {
  return [
    `False merges: ${number(customers)} customers hold several entities, which makes ${number(pairs)} wrong pairs.`,
    ...costliest.flatMap((merge, index) => ['', ...mergeInWords(merge, index, things)]),
    ...reasonsInWords(costliest.map((merge) => [mergeReason(merge), merge])),
  ]
}

function mergeInWords(merge: ExplainedMerge, index: number, things: Things): string[] {
  const { customer, pairs, things: held, entities, largest, why } = merge
  return [
    `${index + 1}. ${number(pairs)} wrong pairs: customer ${customer} holds ${number(held)} ${things} of ${number(entities)} entities`,
    ...largest.map((part) => `  ${partInWords(part)}`),
    ...(why === undefined ? [CHANGED] : whyMergedInWords(why)),
  ]
}

function missesInWords({ entities, pairs, costliest }: ExplainedErrors['misses'], things: Things): string[] {
  return [
    `Misses: ${number(entities)} entities are in several parts, which loses ${number(pairs)} pairs.`,
    ...costliest.flatMap((miss, index) => ['', ...missInWords(miss, index, things)]),
    ...reasonsInWords(costliest.map((miss) => [missReason(miss), miss])),
  ]
}

function missInWords(
  { entity, pairs, things: held, parts, largest, why }: ExplainedMiss,
  index: number,
  things: Things,
) {
  return [
    `${index + 1}. ${number(pairs)} pairs lost: entity ${entity} has ${number(held)} ${things} in ${number(parts)} parts`,
    ...largest.map((part) => `  ${partInWords({ ...part, of: part.of ?? 'no customer' })}`),
    ...(why === undefined ? [CHANGED] : whyMissedInWords(why)),
  ]
}

const CHANGED = '  The graph changed while this was looked at: evaluate again.'
const SHOWN = 4

function partInWords({ of, things }: Part): string {
  const hidden = things.length - SHOWN
  const shown = things.slice(0, hidden === 1 ? SHOWN + 1 : SHOWN)
  return `${of}: ${[...shown, ...(hidden > 1 ? [`and ${number(hidden)} more`] : [])].join(', ')}`
}

/** What the errors listed have in common: pairs between their two largest parts, by what is to blame. */
function reasonsInWords(errors: readonly (readonly [reason: string, error: FalseMerge | Miss])[]): string[] {
  if (errors.length < 2) return []
  const pairs = new Map<string, number>()
  for (const [reason, { largest }] of errors) {
    const [one, other] = largest
    pairs.set(reason, (pairs.get(reason) ?? 0) + one.things.length * other.things.length)
  }
  const sorted = [...pairs].sort(([, one], [, other]) => other - one)
  return [
    '',
    `By reason, the pairs between the two largest parts of each of these ${number(errors.length)}:`,
    ...sorted.map(([reason, count]) => `${number(count).padStart(8)}  ${reason}`),
  ]
}

function mergeReason({ why }: ExplainedMerge): string {
  if (why?.weakest === undefined) return 'changed meanwhile'
  const { type, a, b } = why.weakest
  if (type === 'scored') return 'records alike'
  if (type === 'same_as') return 'said to be the same'
  return `seen together: ${[a, b]
    .map((key) => identifierOf(key).kind)
    .sort()
    .join(' and ')}`
}

function missReason({ why }: ExplainedMiss): string {
  return why === undefined ? 'changed meanwhile' : reasonInWords(why)
}
