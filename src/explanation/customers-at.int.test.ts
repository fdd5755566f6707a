import { afterAll, beforeAll, expect, test } from 'vitest'
import { ALIKE_CONTACTS, alikeContact } from '../../test/alike-contacts.ts'
import { emptyGraph, rules as plainRules } from '../../test/live.ts'
import { fold } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { compareKeys } from '../identity/keys.ts'
import { resolve } from '../identity/resolve.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import { createMatching } from '../matching/matching.ts'
import { createResolver } from '../resolver/resolver.ts'
import { customersAt } from './customers-at.ts'

const plain = plainRules()
const rules = { ...plain, matching: createMatching(defaultWeights, plain.policy) }
const observations = Array.from({ length: ALIKE_CONTACTS }, (_, number) => alikeContact(number))
const thresholds = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99, 0.999]

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  await createResolver({ graph, rules }).apply({ observations })
})
afterAll(() => graph.close())

test('at each threshold the customers are those that resolve answers by a policy with that threshold', async () => {
  const found = new Map<number, IdentifierKey[][]>(thresholds.map((threshold) => [threshold, []]))
  await customersAt(thresholds, { graph, policy: rules.policy }, (threshold, members) => {
    found.get(threshold)?.push([...members])
  })
  for (const linkThreshold of thresholds) {
    const policy = { ...rules.policy, linkThreshold }
    const { customers } = await resolve(fold(...observations), { ...rules, policy })
    const expected = customers.map(({ members }) => members).sort(byFirst)
    expect(found.get(linkThreshold)?.sort(byFirst)).toEqual(expected)
  }
  // Else the thresholds would have told nothing.
  const counts = new Set(thresholds.map((threshold) => found.get(threshold)?.length))
  expect(counts.size).toBeGreaterThan(3)
})

function byFirst([one = '']: readonly string[], [other = '']: readonly string[]): number {
  return compareKeys(one, other)
}
