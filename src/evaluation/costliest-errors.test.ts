import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyClustering, clusters } from '../../test/clusterings.ts'
import { costliestErrors } from './costliest-errors.ts'

test('the costliest first, with the two largest parts; loners are parts of their own and come last', () => {
  const truth = clusters('abcdef ghi jk')
  const predicted = clusters('abg cdhj k')
  expect(costliestErrors(truth, predicted, 1)).toEqual({
    false_merges: {
      ...{ customers: 2, pairs: 2 + 5 },
      costliest: [
        {
          ...{ customer: 'cluster 1', pairs: 5, entities: 3, things: 4 },
          largest: [
            { of: 'cluster 0', things: ['c', 'd'] },
            { of: 'cluster 1', things: ['h'] },
          ],
        },
      ],
    },
    misses: {
      ...{ entities: 3, pairs: 13 + 3 + 1 },
      costliest: [
        {
          ...{ entity: 'cluster 0', pairs: 13, parts: 4, things: 6 },
          largest: [
            { of: 'cluster 0', things: ['a', 'b'] },
            { of: 'cluster 1', things: ['c', 'd'] },
          ],
        },
      ],
    },
  })
  const [lonely] = costliestErrors(clusters('abc'), clusters('bc'), 1).misses.costliest
  expect(lonely?.largest[1]).toEqual({ of: undefined, things: ['a'] })
})

test('nothing is wrong with a perfect clustering', () => {
  const { false_merges, misses } = costliestErrors(clusters('ab c'), clusters('c ab'), 9)
  expect([false_merges, misses]).toEqual([
    { customers: 0, pairs: 0, costliest: [] },
    { entities: 0, pairs: 0, costliest: [] },
  ])
})

test('costs are the pairs counted out one by one, and add up to all that precision and recall lack', () => {
  fc.assert(
    fc.property(anyClustering('ABCDE', 1), anyClustering('PQRS', 0), fc.nat(4), (truth, predicted, most) => {
      const things = [...truth.keys()]
      const pairs = things.flatMap((a, index) => things.slice(index + 1).map((b) => [a, b] as const))
      const belong = (a: string, b: string) => truth.get(a) === truth.get(b)
      const joined = (a: string, b: string) => predicted.has(a) && predicted.get(a) === predicted.get(b)
      const wrong = pairs.filter(([a, b]) => joined(a, b) && !belong(a, b))
      const lost = pairs.filter(([a, b]) => belong(a, b) && !joined(a, b))

      const all = costliestErrors(truth, predicted, Number.POSITIVE_INFINITY)
      expect([all.false_merges.pairs, all.misses.pairs]).toEqual([wrong.length, lost.length])
      for (const { customer, pairs, things: held, entities, largest } of all.false_merges.costliest) {
        expect(wrong.filter(([a]) => predicted.get(a) === customer)).toHaveLength(pairs)
        const members = things.filter((thing) => predicted.get(thing) === customer)
        expect([members.length, new Set(members.map((thing) => truth.get(thing))).size]).toEqual([held, entities])
        for (const { of, things: part } of largest) {
          expect(members.filter((thing) => truth.get(thing) === of).toSorted()).toEqual(part)
        }
      }
      for (const { entity, pairs, things: held, parts, largest } of all.misses.costliest) {
        expect(lost.filter(([a]) => truth.get(a) === entity)).toHaveLength(pairs)
        const members = things.filter((thing) => truth.get(thing) === entity)
        const homes = new Set(members.map((thing) => predicted.get(thing) ?? `alone ${thing}`))
        expect([members.length, homes.size]).toEqual([held, parts])
        for (const { of, things: part } of largest) {
          const same = members.filter((thing) => predicted.get(thing) === of)
          if (of === undefined) expect(same).toContain(part[0])
          else expect(same.toSorted()).toEqual(part)
        }
      }
      for (const { costliest } of [all.false_merges, all.misses]) {
        const costs = costliest.map(({ pairs }) => pairs)
        expect(costs).toEqual(costs.toSorted((a, b) => b - a))
      }

      const few = costliestErrors(truth, predicted, most)
      expect(few.false_merges).toEqual({ ...all.false_merges, costliest: all.false_merges.costliest.slice(0, most) })
      expect(few.misses).toEqual({ ...all.misses, costliest: all.misses.costliest.slice(0, most) })
    }),
  )
})
