import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { below, hex, pick, randomOf, repeats, tickets, uniqueHex, uuid } from './random.ts'

const draws = (count: number, ...from: Parameters<typeof randomOf>) => {
  const random = randomOf(...from)
  return Array.from({ length: count }, random)
}

describe('random numbers', () => {
  test('are the same for the same seed, for ever', () => {
    expect(draws(3, 1, 'person', 2, 3).map((value) => value * 2 ** 32)).toEqual([1453748385, 2294940218, 4091249835])
  })

  test('differ with each of seed, stream, index and part', () => {
    const all = [1, 2, 2 ** 32 + 1].flatMap((seed) =>
      (['person', 'plan'] as const).flatMap((stream) =>
        [0, 1, 2].flatMap((index) => [0, 1].map((part) => draws(2, seed, stream, index, part).join())),
      ),
    )
    expect(new Set(all).size).toBe(all.length)
  })

  test('are uniform', () => {
    const values = draws(100_000, 7, 'plan', 1)
    const buckets = new Map<number, number>()
    for (const value of values) buckets.set(Math.floor(value * 20), (buckets.get(Math.floor(value * 20)) ?? 0) + 1)
    expect(buckets.size).toBe(20)
    for (const count of buckets.values()) expect(Math.abs(count - 5000)).toBeLessThan(400)
    const firsts = Array.from({ length: 20_000 }, (_, index) => randomOf(7, 'plan', index)())
    expect(firsts.reduce((sum, value) => sum + value, 0) / firsts.length).toBeCloseTo(0.5, 2)
  })
})

test('a draw stays within its bounds, a ticket comes as often as its weight', () => {
  const random = randomOf(1, 'plan', 5)
  const bag = tickets([
    [3, 'a'],
    [1, 'b'],
  ])
  expect(bag).toEqual(['a', 'a', 'a', 'b'])
  for (let round = 0; round < 1000; round++) {
    expect([0, 1, 2]).toContain(below(random, 3))
    expect(bag).toContain(pick(random, bag))
  }
  expect(repeats(() => 0, 0.5)).toBe(20)
})

test('unique digits are unique, and a UUID is one', () => {
  fc.assert(
    fc.property(fc.nat(), fc.uniqueArray(fc.nat(2 ** 32 - 1), { minLength: 2 }), (seed, numbers) => {
      const made = numbers.map((number) => uniqueHex(seed, number))
      expect(new Set(made).size).toBe(numbers.length)
      for (const each of made) expect(each).toMatch(/^[0-9a-f]{8}$/)
    }),
  )
  const random = randomOf(1, 'message', 1)
  for (let round = 0; round < 200; round++) {
    expect(uuid(random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(hex(random)).toMatch(/^[0-9a-f]{8}$/)
  }
})
