import type { Loaded } from './load-world.ts'
import { median } from './median.ts'
import type { RebuildRun } from './rebuild-run.ts'

/** A check, and the bare reading of the same rows before it. */
export interface Measured {
  readonly run: RebuildRun
  readonly baselineSeconds: number
}

export interface RebuildFigures {
  readonly loaded: Loaded
  readonly rows: number
  readonly checks: readonly Measured[]
  /** After some damage was done. */
  readonly repair: RebuildRun
}

export function runInWords(number: number, { run, baselineSeconds }: Measured): string {
  const bare = `bare reading ${seconds(baselineSeconds)}, ratio ${(baselineSeconds / run.seconds).toFixed(3)}`
  return `  run ${number}: ${seconds(run.seconds)}, ${megabytes(run.rss ?? null)}, ${bare}`
}

/** The medians, a line each. */
export function summaryInWords(figures: RebuildFigures): string[] {
  const { identifiers, pairs, records, customers, refused, shared } = figures.loaded
  const result = resultOf(figures)
  return [
    `graph      ${count(identifiers)} identifiers, ${count(pairs)} pairs, ${count(records)} records, ${count(customers)} customers, ${count(refused)} refused links, ${count(shared)} shared`,
    `check      ${seconds(result.seconds)}, ${count(result.rows_per_s)} rows/s of ${count(figures.rows)}, ${megabytes(result.rss_mb)} at its peak`,
    `ratio      ${result.ratio.toFixed(3)} of the bare reading's ${seconds(result.baseline_seconds)} (medians of ${figures.checks.length})`,
    `repair     ${seconds(result.repair.seconds)}, ${count(result.repair.differences)} differences, ${megabytes(result.repair.rss_mb)} at its peak`,
  ]
}

/** What --json prints: medians of the runs, then each run. Null where the system does not tell the memory. */
export function resultOf({ loaded, rows, checks, repair }: RebuildFigures) {
  const differences = Object.values(repair.result.parts).reduce((sum, part) => sum + part.differences, 0)
  const check = round(median(checks.map(({ run }) => run.seconds)))
  return {
    seconds: check,
    rss_mb: peak([...checks.map(({ run }) => run), repair]),
    ratio: round(median(checks.map(({ run, baselineSeconds }) => baselineSeconds / run.seconds))),
    baseline_seconds: round(median(checks.map(({ baselineSeconds }) => baselineSeconds))),
    rows_per_s: round(rows / check),
    ...loaded,
    repair: { seconds: round(repair.seconds), rss_mb: peak([repair]), differences, repaired: repair.result.repaired },
    runs: checks.map(({ run, baselineSeconds }) => ({
      seconds: round(run.seconds),
      rss_mb: peak([run]),
      baseline_seconds: round(baselineSeconds),
    })),
  }
}

function peak(runs: readonly RebuildRun[]): number | null {
  const known = runs.flatMap(({ rss }) => rss ?? [])
  return known.length === 0 ? null : round(Math.max(...known))
}

/** Three digits after the point are more than any of these figures carries. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function megabytes(value: number | null): string {
  return value === null ? 'memory unknown' : `${count(value)} MB`
}
