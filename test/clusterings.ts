import fc from 'fast-check'
import type { Clustering } from '../src/evaluation/score.ts'

/** `'ab c'` → a and b in one cluster, c in another. */
export function clusters(text: string): Clustering {
  return new Map(
    text.split(' ').flatMap((members, index) => [...members].map((thing) => [thing, `cluster ${index}`] as const)),
  )
}

const thing = fc.integer({ min: 0, max: 14 }).map((number) => `thing ${number}`)

/** Some of fifteen things in clusters of these names. */
export function anyClustering(names: string, minLength: number): fc.Arbitrary<Clustering> {
  return fc
    .uniqueArray(fc.tuple(thing, fc.constantFrom(...names)), {
      selector: ([name]) => name,
      minLength,
      maxLength: 15,
    })
    .map((entries) => new Map(entries))
}
