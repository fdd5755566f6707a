import { afterEach, expect, test, vi } from 'vitest'
import { reviewsToBeat } from './review-figures.ts'
import { reviewsBenchmark } from './reviews.ts'

afterEach(() => void vi.restoreAllMocks())

test('reviews a small world in both orders, and tells the curves', async () => {
  const said = vi.spyOn(console, 'info').mockReturnValue()
  const args = ['--people', '60', '--reviews', '50', '--runs', '1', '--json']
  await reviewsBenchmark().parseAsync(args, { from: 'user' })
  const { default: byDefault, curve, worlds } = JSON.parse(String(said.mock.lastCall?.[0]))
  expect(worlds).toBe(1)
  for (const order of ['queue', 'random']) {
    expect(curve[order].map(({ reviews }: { reviews: number }) => reviews)).toEqual([0, 25, 50])
    expect(curve[order][0]).toMatchObject(byDefault)
  }
})

test('better for good is better from there on', () => {
  const curve = [0.5, 0.7, 0.6, 0.8].map((f1, batch) => ({ f1, reviews: 25 * batch }))
  expect(reviewsToBeat({ f1: 0.4 }, curve)).toBe(0)
  expect(reviewsToBeat({ f1: 0.65 }, curve)).toBe(75)
  expect(reviewsToBeat({ f1: 0.8 }, curve)).toBeNull()
})
