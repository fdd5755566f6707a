import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyClustering, clusters } from '../../test/clusterings.ts'
import { type Clustering, score } from './score.ts'

/** The definitions word for word, over all pairs and things, with nothing shared with the code under test. */
function oracle(truth: Clustering, predicted: Clustering) {
  const things = [...truth.keys()]
  const belong = (a: string, b: string) => truth.get(a) === truth.get(b)
  const joined = (a: string, b: string) =>
    a === b || (predicted.get(a) !== undefined && predicted.get(a) === predicted.get(b))
  const pairs = things.flatMap((a, index) => things.slice(index + 1).map((b) => [a, b] as const))
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole)
  const f1 = (precision: number, recall: number) =>
    precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  const both = pairs.filter(([a, b]) => belong(a, b) && joined(a, b)).length
  const precision = share(both, pairs.filter(([a, b]) => joined(a, b)).length)
  const recall = share(both, pairs.filter(([a, b]) => belong(a, b)).length)
  const mean = (of: (thing: string) => number) => things.reduce((sum, thing) => sum + of(thing), 0) / things.length
  const count = (test: (other: string) => boolean) => things.filter(test).length
  const precisionB = mean((a) => count((b) => joined(a, b) && belong(a, b)) / count((b) => joined(a, b)))
  const recallB = mean((a) => count((b) => joined(a, b) && belong(a, b)) / count((b) => belong(a, b)))
  const setsOf = (together: (a: string, b: string) => boolean) =>
    new Set(
      things.map((a) =>
        things
          .filter((b) => together(a, b))
          .toSorted()
          .join(),
      ),
    )
  const [entities, customers] = [setsOf(belong), setsOf(joined)]
  return {
    things: things.length,
    entities: entities.size,
    clusters: customers.size,
    missing: count((thing) => !predicted.has(thing)),
    pairwise: { precision, recall, f1: f1(precision, recall) },
    b_cubed: { precision: precisionB, recall: recallB, f1: f1(precisionB, recallB) },
    exact_cluster_f1: (2 * entities.intersection(customers).size) / (entities.size + customers.size),
    largest_cluster: Math.max(...things.map((a) => count((b) => joined(a, b)))),
    unjudged: [...predicted.keys()].filter((thing) => !truth.has(thing)).length,
  }
}

describe('score', () => {
  test('the example of Bagga & Baldwin 1998', () => {
    const truth = clusters('12345 67 89ABC')
    expect(score(truth, clusters('12345 6789ABC')).b_cubed).toEqual({ precision: 0.7619, recall: 1, f1: 0.8649 })
    expect(score(truth, clusters('1234589ABC 67')).b_cubed).toEqual({ precision: 0.5833, recall: 1, f1: 0.7368 })
  })

  test('a perfect clustering, whatever its names', () => {
    expect(score(clusters('abc de f'), clusters('f de abc'))).toEqual({
      things: 6,
      entities: 3,
      clusters: 3,
      missing: 0,
      pairwise: { precision: 1, recall: 1, f1: 1 },
      b_cubed: { precision: 1, recall: 1, f1: 1 },
      exact_cluster_f1: 1,
      largest_cluster: 3,
      unjudged: 0,
    })
  })

  test('what has no customer is alone, what the truth does not know is not judged', () => {
    const result = score(clusters('abc d'), clusters('ab xyz'))
    expect(result).toMatchObject({ things: 4, clusters: 3, missing: 2, largest_cluster: 2, unjudged: 3 })
    expect(result.pairwise).toEqual({ precision: 1, recall: 0.3333, f1: 0.5 })
  })

  test('a customer may be called as a thing is', () => {
    const predicted = new Map([['b', 'alone a']])
    expect(score(clusters('ab'), predicted).clusters).toBe(2)
    expect(score(clusters('ab'), new Map([['b', 'a']])).pairwise.recall).toBe(0)
  })

  test('nothing joined, nothing to join: precision and recall of pairs are 1', () => {
    expect(score(clusters('a b'), new Map()).pairwise).toEqual({ precision: 1, recall: 1, f1: 1 })
    expect(score(clusters('ab'), new Map()).pairwise).toEqual({ precision: 1, recall: 0, f1: 0 })
  })

  test('exact halves of the fourth decimal go to the even digit, as in Python', () => {
    // One right pair of 28 + 3 + 1 said: 1/32 = 0.03125. Three: 0.09375.
    const said = clusters('abcdefgh ijk lm')
    expect(score(clusters('ab c d e f g h i j k l m'), said).pairwise.precision).toBe(0.0312)
    expect(score(clusters('abi c d e f g h j k lm'), said).pairwise.precision).toBe(0.0625)
    expect(score(clusters('abc d e f g h i j k l m'), said).pairwise.precision).toBe(0.0938)
  })

  test('an empty truth is an error with a remedy', () => {
    expect(() => score(new Map(), clusters('a'))).toThrow(expect.objectContaining({ code: 'truth_empty' }))
  })

  test('equals the definitions, counted out over all pairs and things', () => {
    fc.assert(
      fc.property(anyClustering('ABCDE', 1), anyClustering('PQRS', 0), (truth, predicted) => {
        const [actual, expected] = [flat(score(truth, predicted)), flat(oracle(truth, predicted))]
        expect(Object.keys(actual)).toEqual(Object.keys(expected))
        for (const [name, value] of Object.entries(expected)) {
          expect(Math.abs((actual[name] as number) - value), name).toBeLessThanOrEqual(0.00005 + 1e-12)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function flat(result: object, prefix = ''): Record<string, number> {
  return Object.fromEntries(
    Object.entries(result).flatMap(([name, value]) =>
      typeof value === 'number' ? [[prefix + name, value]] : Object.entries(flat(value, `${prefix}${name}.`)),
    ),
  )
}
