import { type Tag, tagOf } from '../../graph/change-notes.ts'
import type { Millis } from '../../identity/types.ts'

/** How long an answer may be remembered: until something it holds changes, or so briefly that it may be stale. */
export type Lifetime = 'tracked' | 'brief'

/** What one answer depends on, noted down while it comes to be. */
export interface Tracking {
  /** Where the answer is kept. */
  readonly key: string
  /** The time as of which the graph was known when it was asked, see `ChangeWatch.asOf`. */
  readonly asOf: Millis
  /** The answer holds something of this name. */
  add(name: string): void
  /** The answer is to hold one of these, and would be another where one of them came to be. */
  expectOne(names: readonly string[]): void
  /** It may be remembered, for so long at most. */
  allow(lifetime: Lifetime): void
  /** It must not be remembered. */
  forbid(): void
  /** Undefined where it must not be remembered. */
  end(): { readonly lifetime: Lifetime; readonly tags: readonly Tag[] } | undefined
}

/** Names an answer may depend on; with more it is remembered briefly, and the list kept short. */
const MOST_NAMES = 2000

export function createTracking(key: string, asOf: Millis): Tracking {
  const names = new Set<string>()
  const expected: (readonly string[])[] = []
  let lifetime: Lifetime | undefined
  let forbidden = false
  return {
    key,
    asOf,
    add(name) {
      if (names.size <= MOST_NAMES) names.add(name)
    },
    expectOne: (some) => void expected.push(some),
    allow(most) {
      lifetime = most
    },
    forbid() {
      forbidden = true
    },
    end() {
      if (forbidden || lifetime === undefined) return undefined
      // What is not there, or was found by another way than its own name, depends on what nobody can name.
      const isNamed = expected.every((some) => some.some((name) => names.has(name)))
      if (lifetime === 'brief' || !isNamed || names.size > MOST_NAMES) return { lifetime: 'brief', tags: [] }
      return { lifetime, tags: [...new Set([...names, ...expected.flat()].map(tagOf))] }
    },
  }
}
