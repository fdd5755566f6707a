import { Command, InvalidArgumentError } from 'commander'

/** What every benchmark takes. */
export interface CommonOptions {
  readonly runs: number
  readonly quick?: true
  readonly json?: true
}

interface Described {
  readonly name: string
  readonly description: string
  /** How often it measures unless told. */
  readonly runs: number
  /** What --quick does. */
  readonly quick: string
}

/** A benchmark's command with the options that all have; its own and its action are for the caller to add. */
export function benchmarkCommand({ name, description, runs, quick }: Described): Command {
  return new Command(name)
    .description(description)
    .option('--runs <n>', 'how often it measures; the medians count', positive, runs)
    .option('--quick', quick)
    .option('--json', 'print one object on the last line')
}

export function positive(value: string): number {
  const count = whole(value)
  if (count > 0) return count
  throw new InvalidArgumentError(`"${value}" is no positive whole number.`)
}

export function whole(value: string): number {
  const count = Number(value)
  if (Number.isInteger(count) && count >= 0) return count
  throw new InvalidArgumentError(`"${value}" is no whole number.`)
}
