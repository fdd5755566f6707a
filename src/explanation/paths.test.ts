import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identifierKey, pairKey, pairOf } from '../identity/keys.ts'
import type { Link } from '../identity/links.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { minimumCut, strongestPath } from './paths.ts'

const keys = ['1', '2', '3', '4', '5'].map((value) => identifierKey('cookie', value))
const [first, last] = [keys[0], keys[4]] as [IdentifierKey, IdentifierKey]
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

function reaches(links: readonly Link[]): boolean {
  const reached = new Set([first])
  for (const _ of links) {
    for (const { a, b } of links) {
      if (reached.has(a)) reached.add(b)
      if (reached.has(b)) reached.add(a)
    }
  }
  return reached.has(last)
}

test('the strongest path joins both ends, and no path has a stronger weakest link', () => {
  fc.assert(
    fc.property(anyLinks, (links) => {
      const path = strongestPath(links, first, last)
      if (path === undefined) {
        expect(reaches(links)).toBe(false)
        return
      }
      let at: IdentifierKey = first
      for (const { a, b } of path) {
        expect([a, b]).toContain(at)
        at = a === at ? b : a
      }
      expect(at).toBe(last)
      const weakest = Math.max(...path.map((link) => links.indexOf(link)))
      expect(reaches(links.slice(0, weakest))).toBe(false)
    }),
  )
})

test('without the links of the minimum cut nothing joins them, and fewer never do', () => {
  fc.assert(
    fc.property(anyLinks, (links) => {
      const cut = minimumCut(links, first, last)
      expect(reaches(links.filter((link) => !cut.includes(link)))).toBe(false)
      const sizes = Array.from({ length: 2 ** links.length }, (_, subset) => {
        const left = links.filter((_, index) => (subset & (1 << index)) === 0)
        return reaches(left) ? Number.POSITIVE_INFINITY : links.length - left.length
      })
      expect(cut.length).toBe(Math.min(...sizes))
    }),
  )
})

test('who is one is not cut', () => {
  expect(minimumCut([], first, first)).toEqual([])
  expect(strongestPath([], first, first)).toEqual([])
})
