import type { RoundResult } from './round.ts'
import type { Setting } from './schedule.ts'

/** What --json prints. */
export interface Verdict {
  readonly seed: number
  readonly rounds: number
  readonly faults: number
  readonly faults_by_kind: Readonly<Record<string, number>>
  readonly messages: number
  readonly lost: number
  readonly doubled: number
  readonly different: number
  /** Rounds in which anything differs. */
  readonly failed: readonly { readonly round: number; readonly bundle: string }[]
  /** How often batches waited, by the code of the error. */
  readonly waits: Readonly<Record<string, number>>
  readonly seconds: number
}

export interface NumberedResult extends RoundResult {
  readonly round: number
}

export function verdictOf(seed: number, results: readonly NumberedResult[], seconds: number): Verdict {
  const differences = results.flatMap((result) => result.differences)
  const count = (kind: string) => differences.filter((difference) => difference.kind === kind).length
  const faults = summed(results.map((result) => result.faults))
  return {
    seed,
    rounds: results.length,
    faults: Object.values(faults).reduce((sum, each) => sum + each, 0),
    faults_by_kind: faults,
    messages: results.reduce((sum, { messages }) => sum + messages, 0),
    lost: count('lost'),
    doubled: count('doubled'),
    different: count('different'),
    failed: results.flatMap(({ round, bundle }) => (bundle === undefined ? [] : [{ round, bundle }])),
    waits: summed(results.map((result) => result.waits)),
    seconds: Math.round(seconds),
  }
}

export function roundInWords({ round, differences, faults, messages }: NumberedResult, setting: Setting): string {
  const { workers, batchSize, partitions } = setting
  const met = Object.values(faults).reduce((sum, each) => sum + each, 0)
  const where = `${workers} ${workers === 1 ? 'worker' : 'workers'}, batches of ${batchSize}, ${partitions} partitions`
  const end = differences.length === 0 ? 'as it should be' : `${differences.length} differences`
  return `round ${round}: ${where}, ${messages} messages, ${met} faults: ${end}`
}

/** Why a round failed, as far as a few lines tell. */
export function failureInWords({ round, differences, bundle }: NumberedResult, seed: number): string {
  const some = differences.slice(0, 5).map((difference) => `  ${JSON.stringify(difference).slice(0, 300)}`)
  return [
    ...some,
    `  what is needed to look: ${bundle}`,
    `  again: npm run torture -- --seed ${seed} --round ${round}`,
  ].join('\n')
}

export function verdictInWords({ seed, rounds, faults, messages, lost, doubled, different }: Verdict): string {
  const ran = `seed ${seed}: ${rounds} rounds, ${messages} messages, ${faults} faults`
  if (lost + doubled + different === 0) return `${ran}. Nothing lost, nothing doubled, nothing different.`
  return `${ran}. Lost ${lost}, doubled ${doubled}, different ${different}.`
}

function summed(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const [name, value] of parts.flatMap(Object.entries<number>)) sums[name] = (sums[name] ?? 0) + value
  return sums
}
