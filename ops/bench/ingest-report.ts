import type { FileRun } from './file-run.ts'
import { count, megabytes, peakOf, round } from './in-words.ts'
import { median } from './median.ts'
import type { PipelineRun, Step } from './pipeline-run.ts'

/** One run: the pipeline, and the raw write of the graph that it left. */
export interface Measured {
  readonly events: number
  readonly pipeline: PipelineRun
  readonly rawSeconds: number
  readonly nodes: number
  readonly relationships: number
}

const STEPS: readonly Step[] = ['read', 'decide', 'write', 'commit']

export function runInWords(number: number, { events, pipeline, rawSeconds }: Measured): string {
  const rate = `${count(events / pipeline.seconds)} events/s in ${pipeline.transactions} transactions`
  const raw = `raw write ${count(events / rawSeconds)} events/s`
  return `  run ${number}: ${rate}, ${raw}, ratio ${(rawSeconds / pipeline.seconds).toFixed(3)}`
}

/** The medians, a line each. */
export function summaryInWords(runs: readonly Measured[]): string[] {
  const { events_per_s, identifiers_per_s, edges_per_s, transactions, ratio, seconds, ...raw } = medians(runs)
  const whole = [...STEPS, 'other' as const].reduce((sum, step) => sum + seconds[step], 0)
  const shares = [...STEPS, 'other' as const].map(
    (step) => `${step} ${seconds[step].toFixed(2)} s (${Math.round((100 * seconds[step]) / whole)} %)`,
  )
  const { nodes = 0, relationships = 0 } = runs.at(-1) ?? {}
  return [
    `pipeline   ${count(events_per_s)} events/s, ${count(identifiers_per_s)} new identifiers/s, ${count(edges_per_s)} new edges/s, ${transactions} transactions`,
    `its time   ${shares.join(', ')}`,
    `raw write  ${count(raw.baseline_events_per_s)} events/s: the same ${count(nodes)} nodes and ${count(relationships)} relationships`,
    `ratio      ${ratio.toFixed(3)} (medians of ${runs.length})`,
    `memory     worker ${megabytes(raw.worker_rss_mb)} at its peak`,
  ]
}

export function fileInWords({ lines, distinct, seconds, rss }: FileRun, limit: number): string {
  const what = `${count(lines)} lines (${count(distinct)} different ones, then the same again)`
  return `file       ${what}, ${count(lines / seconds)} lines/s, ${megabytes(rss ?? null)} at its peak (limit ${limit} MB)`
}

/** What --json prints: medians of the runs, then each run. Null where the system does not tell the memory. */
export function resultOf(runs: readonly Measured[], file: FileRun | undefined) {
  return {
    ...medians(runs),
    file:
      file === undefined
        ? null
        : {
            ...{ lines: file.lines, distinct: file.distinct, transactions: file.transactions },
            lines_per_s: round(file.lines / file.seconds),
            rss_mb: file.rss === undefined ? null : round(file.rss),
          },
    runs: runs.map((run) => medians([run])),
  }
}

function medians(runs: readonly Measured[]) {
  const of = (figure: (run: Measured) => number) => round(median(runs.map(figure)))
  const step = (name: Step) => of(({ pipeline }) => pipeline.steps[name])
  return {
    ratio: of(({ pipeline, rawSeconds }) => rawSeconds / pipeline.seconds),
    events_per_s: of(({ events, pipeline }) => events / pipeline.seconds),
    identifiers_per_s: of(({ pipeline }) => pipeline.identifiers / pipeline.seconds),
    edges_per_s: of(({ pipeline }) => pipeline.edges / pipeline.seconds),
    transactions: of(({ pipeline }) => pipeline.transactions),
    seconds: {
      read: step('read'),
      decide: step('decide'),
      write: step('write'),
      commit: step('commit'),
      // Decoding, Kafka, the offsets.
      other: of(({ pipeline: { seconds, steps } }) => STEPS.reduce((rest, name) => rest - steps[name], seconds)),
    },
    baseline_events_per_s: of(({ events, rawSeconds }) => events / rawSeconds),
    worker_rss_mb: peakOf(runs.map(({ pipeline }) => pipeline.rss)),
  }
}
