import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyClustering } from '../../test/clusterings.ts'
import { createCurve, thresholdsOf } from './curve.ts'
import { score } from './score.ts'

test('told cluster by cluster, in any order, a point is the score of the whole clustering', () => {
  fc.assert(
    fc.property(anyClustering('ABCDE', 1), anyClustering('PQRS', 0), anyClustering('PQ', 0), (truth, low, high) => {
      const curve = createCurve(truth, [0.5, 0.85], 0.85)
      const told = [
        ...Map.groupBy(low.keys(), (thing) => low.get(thing))
          .values()
          .map((things) => [0.5, things] as const),
        ...Map.groupBy(high.keys(), (thing) => high.get(thing))
          .values()
          .map((things) => [0.85, things] as const),
      ]
      for (const [threshold, things] of told.toReversed()) curve.add(threshold, things)
      const expected = [score(truth, low), score(truth, high)].map(({ clusters, pairwise, b_cubed }) => ({
        ...{ clusters, pairwise, b_cubed },
      }))
      expect(curve.points()).toMatchObject(expected)
      expect(curve.points().map(({ threshold, in_force }) => [threshold, in_force])).toEqual([
        [0.5, false],
        [0.85, true],
      ])
    }),
  )
})

test("thresholds ascend, hold the policy's own, and none is below what is kept", () => {
  expect(thresholdsOf({ reviewThreshold: 0.65, linkThreshold: 0.87 })).toEqual([
    0.65, 0.7, 0.8, 0.85, 0.87, 0.9, 0.95, 0.99,
  ])
  expect(thresholdsOf({ reviewThreshold: 0.5, linkThreshold: 0.85 })[0]).toBe(0.5)
  expect(thresholdsOf({ reviewThreshold: 1, linkThreshold: 1 })).toEqual([1])
})
