import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSimilar, isWithinEdits, jaroWinkler } from './similarity.ts'

/** Few letters, so that texts have much in common. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'đ'), maxLength: 6 })
const filled = text.filter((each) => each !== '')

// From Winkler's own examples.
test.each([
  ['martha', 'marhta', 0.9611],
  ['dwayne', 'duane', 0.84],
  ['dixon', 'dicksonx', 0.8133],
  ['abc', 'xyz', 0],
])('%s and %s: %f', (a, b, similarity) => {
  expect(jaroWinkler(a, b)).toBeCloseTo(similarity, 4)
})

test('Jaro-Winkler is symmetric, from 0 to 1, and 1 of equal texts alone', () => {
  fc.assert(
    fc.property(filled, filled, (a, b) => {
      const similarity = jaroWinkler(a, b)
      expect(jaroWinkler(b, a)).toBe(similarity)
      expect(similarity).toBeGreaterThanOrEqual(0)
      expect(similarity === 1).toBe(a === b)
    }),
  )
})

test('longer texts than most are compared as well', () => {
  const long = 'nguyen '.repeat(20)
  expect(jaroWinkler(long, `${long}x`)).toBeGreaterThan(0.99)
})

test('what is told apart by its letters is not similar', () => {
  fc.assert(
    fc.property(filled, filled, fc.constantFrom(0.7, 0.8, 0.9, 0.95), (a, b, least) => {
      expect(isSimilar(a, b, least)).toBe(jaroWinkler(a, b) >= least)
    }),
    { numRuns: 2000 },
  )
})

test('edits are those of optimal string alignment', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const edits = alignment(a, b)
      expect(isWithinEdits(a, b, 1)).toBe(edits <= 1)
      expect(isWithinEdits(a, b, 2)).toBe(edits <= 2)
    }),
    { numRuns: 3000 },
  )
})

/** The definition, word for word. */
function alignment(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const [x, y] = [a.slice(0, -1), b.slice(0, -1)]
  const ways = [alignment(x, b) + 1, alignment(a, y) + 1, alignment(x, y) + (a.at(-1) === b.at(-1) ? 0 : 1)]
  const isSwap = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)
  return Math.min(...ways, ...(isSwap ? [alignment(a.slice(0, -2), b.slice(0, -2)) + 1] : []))
}
