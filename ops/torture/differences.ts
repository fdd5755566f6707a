import { isDeepStrictEqual } from 'node:util'

export type Entry = readonly [key: string, value: unknown]

/** One thing that is not as it should be. */
export interface Difference {
  readonly what: string
  /** `lost`: it was said and is not there. `doubled`: it is there twice. `different`: anything else. */
  readonly kind: 'lost' | 'doubled' | 'different'
  readonly key: string
  readonly expected?: unknown
  readonly found?: unknown
}

/** What is missing, there twice, too much or other than expected. Only of evidence does something missing count as lost. */
export function differencesOf(
  what: string,
  expected: readonly Entry[],
  found: readonly Entry[],
  of: 'evidence' | 'derived',
): Difference[] {
  const should = new Map(expected)
  const does = new Map<string, unknown>()
  const differences: Difference[] = []
  for (const [key, value] of found) {
    if (does.has(key)) differences.push({ what, kind: 'doubled', key, found: value })
    does.set(key, value)
  }
  for (const [key, value] of should) {
    const other = does.get(key)
    if (!does.has(key)) differences.push({ what, kind: of === 'evidence' ? 'lost' : 'different', key, expected: value })
    else if (!isDeepStrictEqual(value, other)) {
      differences.push({ what, kind: 'different', key, expected: value, found: other })
    }
  }
  for (const [key, value] of does) {
    if (!should.has(key)) differences.push({ what, kind: 'different', key, found: value })
  }
  return differences
}
