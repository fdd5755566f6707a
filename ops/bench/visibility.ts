import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'

export interface VisibilityOptions<T> {
  /** Of some things, by their places, those that can be seen now. */
  readonly ask: (things: readonly T[]) => Promise<readonly boolean[]>
  /** Milliseconds between two questions. What is seen is seen by so much too late at most, which is counted. */
  readonly everyMs: number
}

/** Watches things until they can be seen. */
export interface Visibility<T> {
  /** Begins to watch a thing; its time runs from `since` (`performance.now()`). */
  watch(thing: T, since: number): void
  /** Waits for what is watched and ends; milliseconds until each was seen. Throws `bench_stuck`. */
  end(): Promise<number[]>
}

const LONGEST_MS = 120_000

export function startVisibility<T>({ ask, everyMs }: VisibilityOptions<T>): Visibility<T> {
  let watched: { thing: T; since: number }[] = []
  const latencies: number[] = []
  let ending = false
  const watching = (async () => {
    while (!ending || watched.length > 0) {
      const asked = [...watched]
      const seen = asked.length > 0 ? await ask(asked.map(({ thing }) => thing)) : []
      const now = performance.now()
      const found = new Set(asked.filter((_, place) => seen[place]))
      for (const { since } of found) latencies.push(now - since)
      watched = watched.filter((each) => !found.has(each))
      if (watched.some(({ since }) => now - since > LONGEST_MS)) {
        throw new SelfsameError('bench_stuck', 'something that was sent does not become visible')
      }
      await sleep(everyMs)
    }
    return latencies
  })()
  // Its failure is told by `end`.
  watching.catch(() => undefined)
  return {
    watch: (thing, since) => void watched.push({ thing, since }),
    end: () => {
      ending = true
      return watching
    },
  }
}
