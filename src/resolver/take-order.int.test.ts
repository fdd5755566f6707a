import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphDigest } from '../../test/graph-digest.ts'
import { customersIn, resolutionIn } from '../../test/graph-state.ts'
import { emptyGraph, wipe } from '../../test/live.ts'
import { applyAll } from '../../test/live-door.ts'
import { everythingIn, evidenceOf } from '../../test/oracle/compare.ts'
import { anyWorld } from '../../test/oracle/populations.ts'
import type { Asked } from '../graph/audit.ts'
import type { Graph } from '../graph/graph.ts'
import { customerDifference } from '../identity/customer-difference.ts'
import { toldDifference } from '../identity/difference-tally.ts'
import { decisionSubject } from '../identity/evidence.ts'
import { type Rules, resolve } from '../identity/resolve.ts'
import type { Assertion, Decision, Observation, Override } from '../identity/types.ts'
import { createResolver } from './resolver.ts'

const RUNS = Math.ceil(Number(process.env.SELFSAME_LIVE_RUNS ?? 60) / 6)
const SEED = Number(process.env.SELFSAME_SEED ?? Math.floor(Math.random() * 1e9))
const idKey = new TextEncoder().encode('the key of a test')

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())

function asked(decision: Decision): Asked {
  const { id, by, reason } = decision
  const subject = decisionSubject(decision)
  return { by, role: 'steward', command: decision.decision, reason, idempotencyKey: id, request: id, subject }
}

test('in any world an order changes what it says, dry as real, and leaves what resolve answers', async () => {
  let differing = 0
  await fc.assert(
    fc.asyncProperty(anyWorld, async ({ policy, matching, items }) => {
      await wipe(graph)
      const rules: Rules = { policy, idKey, matching }
      const resolver = createResolver({ graph, rules })
      const isOrdered = (item: Decision | Observation): item is Assertion | Override =>
        'decision' in item && item.decision !== 'withdrawal'
      const told = items.filter((item) => !isOrdered(item))
      await applyAll(graph, resolver, told)
      const applied: Decision[] = []
      for (const decision of items.filter(isOrdered)) {
        const [before, digest] = [await customersIn(graph), await graphDigest(graph)]
        const dry = await resolver.order({ decision, asked: asked(decision), dryRun: true })
        expect(await graphDigest(graph)).toBe(digest)
        const real = await resolver.order({ decision, asked: asked(decision), dryRun: false })
        expect(real.kind).toBe(dry.kind)
        const changed = toldDifference(customerDifference(before, await customersIn(graph)))
        if (real.kind === 'superseded' || dry.kind === 'superseded') {
          expect(await graphDigest(graph)).toBe(digest)
          continue
        }
        if (real.kind === 'applied') applied.push(decision)
        expect(real.entry.difference).toEqual(changed)
        expect(dry.entry).toEqual({ ...real.entry, id: expect.any(String), at: expect.any(Number) })
        const again = await resolver.order({ decision, asked: asked(decision), dryRun: false })
        expect(again).toEqual({ kind: 'repeated', entry: real.entry })
        if (JSON.stringify(changed) !== JSON.stringify(toldDifference(customerDifference([], [])))) differing += 1
      }
      // What is in force already is not said again, however much later it was said.
      const implied = await resolve(evidenceOf([...told, ...applied]), rules)
      expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(implied))
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  )
  expect(differing, 'no order ever changed a customer').toBeGreaterThan(0)
}, 900_000)
