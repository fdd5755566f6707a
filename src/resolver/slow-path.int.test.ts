import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolutionIn, seenIn, seenOfFacts } from '../../test/graph-state.ts'
import { ask, emptyGraph, wipe } from '../../test/live.ts'
import { applyAll } from '../../test/live-door.ts'
import { everythingIn, evidenceOf } from '../../test/oracle/compare.ts'
import { anyPicks, anyWorld, rearranged } from '../../test/oracle/populations.ts'
import { event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { factsOf } from '../identity/facts.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import { createPolicy } from '../identity/policy.ts'
import { type Matching, type Rules, resolve, withoutModel } from '../identity/resolve.ts'
import type { Assertion, IdentifierKey } from '../identity/types.ts'
import { rebuild } from './rebuild/rebuild.ts'
import { createResolver } from './resolver.ts'

const RUNS = Math.ceil(Number(process.env.SELFSAME_LIVE_RUNS ?? 60) / 8)
const SEED = Number(process.env.SELFSAME_SEED ?? Math.floor(Math.random() * 1e9))
const idKey = new TextEncoder().encode('the key of a test')

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())

/** Records of one `group` are alike. */
const byGroup: Matching = {
  ...withoutModel,
  model: 'by group',
  blocksOf: ({ fields }) => (fields.group === undefined ? [] : [Number(fields.group.value)]),
  score: async (pairs) => pairs.map(() => ({ probability: 0.95, weight: 4, contradicts: false })),
}
const kinds = { phone: {}, email: {}, record: { account: true } }

const marked = () =>
  ask<{ key: string }>(graph, 'MATCH (n:Unresolved) RETURN coalesce(n.key, n.id) AS key ORDER BY key')

test('whatever was past the limit, its evidence is kept, and a rebuild puts it right', async () => {
  let left = 0
  await fc.assert(
    fc.asyncProperty(anyWorld, anyPicks, fc.integer({ min: 1, max: 7 }), async (world, picks, size) => {
      await wipe(graph)
      const rules: Rules = { policy: world.policy, idKey, matching: world.matching }
      const resolver = createResolver({ graph, rules, slowPathLimit: 2 })
      const items = rearranged(world.items, picks)
      const half = Math.ceil(items.length / 2)
      for (const [from, to] of [
        [0, half],
        [half, items.length],
      ] as const) {
        for (let at = from; at < to; at += size) {
          await applyAll(graph, resolver, items.slice(at, Math.min(at + size, to)))
        }
        left += (await marked()).length
        await rebuild({ graph, rules, repair: true })
        const evidence = evidenceOf(items.slice(0, to))
        expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(await resolve(evidence, rules)))
        expect(await seenIn(graph)).toEqual(seenOfFacts(factsOf(evidence)))
        expect(await marked()).toEqual([])
      }
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  )
  expect(left, 'nothing was ever past the limit').toBeGreaterThan(0)
}, 900_000)

test('a hub behind a hole in the policy is left and marked at once, and nobody else notices', async () => {
  await wipe(graph)
  const rules: Rules = { policy: createPolicy({ kinds, maxIdentifiers: 3 }), idKey, matching: withoutModel }
  const resolver = createResolver({ graph, rules, slowPathLimit: 4 })
  const met = (observedAt: number, phone: string, email: string) => {
    const keys = [identifierKey('phone', phone), identifierKey('email', email)].sort(compareKeys)
    return event({ observedAt, identifiers: keys.map(identifierOf) })
  }
  const hub = Array.from({ length: 60 }, (_, n) => met(n, '1', `e${n}`))
  const { slowPath } = await resolver.apply({ observations: hub })
  expect(slowPath).toEqual({ components: 0, identifiers: 0, unresolved: 1 })
  expect(await marked()).toHaveLength(61)

  // Whatever joins it waits too, without a walk; others are resolved in the same transaction.
  const { slowPath: again, customersSaved } = await resolver.apply({
    observations: [met(70, '1', 'late'), met(71, '2', 'other')],
  })
  expect([again.unresolved, customersSaved]).toEqual([1, 1])
  expect((await marked()).map(({ key }) => key)).toContain('email:late')

  await rebuild({ graph, rules, repair: true })
  expect(await marked()).toEqual([])
  const { customers } = await resolutionIn(graph)
  expect(Math.max(...customers.map(({ members }) => members.length))).toBe(3)
  expect(customers.flatMap(({ members }) => members)).toHaveLength(64)
})

const narrow: Rules = { policy: createPolicy({ kinds, maxIdentifiers: 3 }), idKey, matching: byGroup }
const hubOf = (emails: number) =>
  Array.from({ length: emails }, (_, n) => {
    const keys = [identifierKey('email', `e${n}`), identifierKey('phone', '1')]
    return event({ observedAt: n, identifiers: keys.map(identifierOf) })
  })

test('who is alike to somebody left unresolved waits with them', async () => {
  await wipe(graph)
  const told = (id: string, ...claims: IdentifierKey[]) => {
    const account = identifierKey('record', `crm:${id}`)
    return event({
      ...{ source: 'crm', type: 'record', identifiers: [...claims, account].map(identifierOf) },
      record: { key: recordKey('crm', id), id, account, traits: { group: '2' } },
    })
  }
  const resolver = createResolver({ graph, rules: narrow, slowPathLimit: 4 })
  const observations = [...hubOf(60), told('1', identifierKey('phone', '1'))]
  await resolver.apply({ observations })
  expect((await marked()).map(({ key }) => key)).toContain('record:crm:1')

  const { slowPath, customersSaved } = await resolver.apply({ observations: [told('2')] })
  expect([slowPath.unresolved, customersSaved]).toEqual([1, 0])
  expect((await marked()).map(({ key }) => key)).toContain('record:crm:2')

  await rebuild({ graph, rules: narrow, repair: true })
  const implied = await resolve(evidenceOf([...observations, told('2')]), narrow)
  expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(implied))
})

test('what is left as it was keeps its refused links', async () => {
  await wipe(graph)
  const refused = () => ask(graph, 'MATCH ()-[r:OBSERVED {refused: true}]->() RETURN count(r) AS count')
  await createResolver({ graph, rules: narrow }).apply({ observations: hubOf(9) })
  expect(await refused()).toEqual([{ count: 7 }])
  const [a, b] = [identifierKey('email', 'e0'), identifierKey('email', 'e1')]
  const decisions: Assertion[] = [
    { decision: 'assertion', id: '1', at: 1, by: 'steward', reason: '', verdict: 'not_same', a, b },
  ]
  const limited = createResolver({ graph, rules: narrow, slowPathLimit: 4 })
  expect(await limited.apply({ observations: [], decisions })).toMatchObject({ slowPath: { unresolved: 1 } })
  expect(await refused()).toEqual([{ count: 7 }])
  expect(await ask(graph, 'MATCH ()-[r:NOT_SAME_AS]->() RETURN count(r) AS count')).toEqual([{ count: 1 }])
})
