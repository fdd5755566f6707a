import { round } from './in-words.ts'

export interface Warming {
  /** What grows warm, as it is called in the line said at the end. */
  readonly what: string
  /** What is counted, in the plural. */
  readonly unit: string
  /** Works for some seconds, as the measurements will. */
  readonly work: () => Promise<{ readonly perSecond: number }>
  /** Waits until nobody else is behind. */
  readonly rest?: () => Promise<void>
  readonly say: (line: string) => void
}

/** Rounds without one that was better than all before, after which nothing more is to be expected. */
const IDLE_ROUNDS = 2
const BETTER = 1.05
const LONGEST_MS = 360_000

/**
 * Works until it goes no faster. What has just started compiles what it runs, on the same cores, the store for
 * minutes, and works several times as slowly meanwhile as it does for the rest of its life (decision 0020).
 */
export async function untilNoFaster({ what, unit, work, rest, say }: Warming): Promise<void> {
  const start = performance.now()
  let best = 0
  for (let idle = 0; idle < IDLE_ROUNDS && performance.now() - start < LONGEST_MS; ) {
    const { perSecond } = await work()
    idle = perSecond > best * BETTER ? 0 : idle + 1
    best = Math.max(best, perSecond)
    await rest?.()
  }
  say(`  ${what} is warm after ${round((performance.now() - start) / 1000)} s: ${round(best)} ${unit}/s`)
}
