import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identifierKey, pairKey, pairOf } from '../identity/keys.ts'
import type { Link } from '../identity/links.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { minimumCut, type Side, strongestPath } from './paths.ts'

const keys = ['1', '2', '3', '4', '5'].map((value) => identifierKey('cookie', value))
/** One or several identifiers a side, none on both. */
const anySides = fc.tuple(fc.shuffledSubarray(keys, { minLength: 2 }), fc.nat()).map(([some, pick]) => {
  const cut = 1 + (pick % (some.length - 1))
  return [some.slice(0, cut), some.slice(cut)] as unknown as [Side, Side]
})
const anyKey = fc.constantFrom(...keys)
/** Links in the order of their strength; of one pair there may be several. */
const anyLinks = fc
  .array(
    fc.tuple(anyKey, anyKey).filter(([a, b]) => a !== b),
    { maxLength: 9 },
  )
  .map((pairs) =>
    pairs.map(([one, other]): Link => {
      const pair = pairKey(one, other)
      const [a, b] = pairOf(pair)
      return { type: 'observed', pair, a, b, probability: 0.9 }
    }),
  )

function reaches(links: readonly Link[], ones: Side, others: Side): boolean {
  const reached = new Set<IdentifierKey>(ones)
  for (const _ of links) {
    for (const { a, b } of links) {
      if (reached.has(a)) reached.add(b)
      if (reached.has(b)) reached.add(a)
    }
  }
  return others.some((key) => reached.has(key))
}

test('the strongest path joins both sides, once, and no path has a stronger weakest link', () => {
  fc.assert(
    fc.property(anyLinks, anySides, (links, [ones, others]) => {
      const path = strongestPath(links, ones, others)
      if (path === undefined) {
        expect(reaches(links, ones, others)).toBe(false)
        return
      }
      const [end] = path.map(({ a, b }) => [a, b].find((key) => ones.includes(key)))
      let at = end as IdentifierKey
      const passed = [at]
      for (const { a, b } of path) {
        expect([a, b]).toContain(at)
        at = a === at ? b : a
        passed.push(at)
      }
      expect(passed.filter((key) => ones.includes(key))).toEqual([end])
      expect(passed.filter((key) => others.includes(key))).toEqual([at])
      const weakest = Math.max(...path.map((link) => links.indexOf(link)))
      expect(reaches(links.slice(0, weakest), ones, others)).toBe(false)
    }),
  )
})

test('without the links of the minimum cut nothing joins them, and fewer never do', () => {
  fc.assert(
    fc.property(anyLinks, anySides, (links, [ones, others]) => {
      const cut = minimumCut(links, ones, others)
      const left = links.filter((link) => !cut.includes(link))
      expect(reaches(left, ones, others)).toBe(false)
      const sizes = Array.from({ length: 2 ** links.length }, (_, subset) => {
        const left = links.filter((_, index) => (subset & (1 << index)) === 0)
        return reaches(left, ones, others) ? Number.POSITIVE_INFINITY : links.length - left.length
      })
      expect(cut.length).toBe(Math.min(...sizes))
    }),
  )
})

test('who is one is not cut', () => {
  const [first] = keys as [IdentifierKey]
  expect(minimumCut([], [first], [first])).toEqual([])
  expect(strongestPath([], [first], [first])).toEqual([])
})
