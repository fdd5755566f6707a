import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sources } from '../../ingest/sources/sources.ts'
import { understand } from '../../ingest/understand.ts'
import { deliveries } from '../../test/deliveries.ts'
import { drawnIn, drawnOf, formersIn, resolutionIn, seenIn, seenOfFacts } from '../../test/graph-state.ts'
import { emptyGraph, rules as rulesOf, shippedPolicy, wipe } from '../../test/live.ts'
import { applyAll, liveDoor } from '../../test/live-door.ts'
import { everythingIn, evidenceOf } from '../../test/oracle/compare.ts'
import { anyPicks, anyWorld, rearranged } from '../../test/oracle/populations.ts'
import { runScenario } from '../../test/run-scenario.ts'
import { loadScenarios } from '../../test/scenario.ts'
import { generate } from '../generator/generate.ts'
import type { Graph } from '../graph/graph.ts'
import { factsOf } from '../identity/facts.ts'
import { type Rules, resolve } from '../identity/resolve.ts'
import { createResolver } from './resolver.ts'

/** How many random worlds are told to a real graph, batch by batch. */
const RUNS = Number(process.env.SELFSAME_LIVE_RUNS ?? 60)
const SEED = Number(process.env.SELFSAME_SEED ?? Math.floor(Math.random() * 1e9))
const idKey = new TextEncoder().encode('the key of a test')

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())

describe('the graph holds what resolve answers', () => {
  test('after every batch, whatever came: assertions, overrides, withdrawals, versions, late news', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anyPicks, fc.integer({ min: 1, max: 7 }), async (world, picks, size) => {
        await wipe(graph)
        const { policy, matching } = world
        // Scores cross components; they are found when matching proposes pairs.
        const rules: Rules = { policy, idKey, matching }
        const resolver = createResolver({ graph, rules })
        const items = rearranged(world.items, picks)
        for (let end = size; end - size < items.length; end += size) {
          await applyAll(graph, resolver, items.slice(end - size, end))
          const evidence = evidenceOf(items.slice(0, end))
          expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(await resolve(evidence, rules)))
          expect(await seenIn(graph)).toEqual(seenOfFacts(factsOf(evidence)))
          expect(await drawnIn(graph)).toEqual(drawnOf(evidence))
          await everyFormerIdLeadsSomewhere()
        }
      }),
      // Shrinking takes a graph an hour; the seed repeats the world that failed.
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    )
  }, 900_000)

  test('three resolvers at once, each with some of it and some of it twice', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anyPicks, async (world, picks) => {
        await wipe(graph)
        const rules: Rules = { policy: world.policy, idKey, matching: world.matching }
        const items = rearranged(world.items, picks)
        await Promise.all(
          [0, 1, 2].map(async (worker) => {
            const resolver = createResolver({ graph, rules })
            for (const [index, item] of items.entries()) {
              if ((picks[index % picks.length] ?? 0) % 3 === worker || index % 5 === worker) {
                await applyAll(graph, resolver, [item])
              }
            }
          }),
        )
        expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(await resolve(evidenceOf(items), rules)))
      }),
      { numRuns: Math.ceil(RUNS / 10), seed: SEED, endOnFailure: true },
    )
  }, 900_000)

  async function everyFormerIdLeadsSomewhere() {
    const { statuses, customers } = await resolutionIn(graph)
    const alive = new Set<string>(customers.map(({ id }) => id))
    for (const former of await formersIn(graph)) {
      expect(alive.has(former.id), 'alive and former').toBe(false)
      expect([former.anchor, ...former.held].every((key) => statuses.has(key))).toBe(true)
    }
  }
})

describe('scenarios on a real graph', () => {
  test.each(loadScenarios())('$name: $title', async (scenario) => {
    for (const delivery of [undefined, ...deliveries(SEED, 2)]) {
      await wipe(graph)
      await runScenario(scenario, liveDoor(graph, rulesOf(scenario.policy, idKey)), delivery)
    }
  })
})

describe("a made-up retailer's year", () => {
  const policy = shippedPolicy()
  const observations = [...generate({ people: 25, seed: SEED })].map(({ topic, body }) => {
    const mapping = sources.get(topic)
    if (mapping === undefined) throw new Error(`no mapping for ${topic}`)
    const read = understand(Buffer.from(JSON.stringify(body)), mapping, { policy, recordedAt: 0, now: Date.now() })
    if (read.kind !== 'understood') throw new Error(`the generator wrote what is no message: ${read.reason}`)
    return read.observation
  })

  test.each([1, 100, 5000])(
    `the same customers in batches of %i, shuffled, told twice (seed ${SEED})`,
    async (size) => {
      await wipe(graph)
      const resolver = createResolver({ graph, rules: rulesOf(policy, idKey) })
      const [shuffled = []] = fc.sample(fc.shuffledSubarray(observations, { minLength: observations.length }), {
        numRuns: 1,
        seed: SEED + size,
      })
      for (let start = 0; start < shuffled.length; start += size) {
        await resolver.apply({ observations: shuffled.slice(start, start + size) })
      }
      const { outcomes } = await resolver.apply({ observations })
      expect(new Set(outcomes)).toEqual(new Set(['unchanged']))
      const implied = await resolve(evidenceOf(observations), rulesOf(policy, idKey))
      expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(implied))
    },
  )
})

describe('what a batch reports', () => {
  test('an observation known already is unchanged, within a batch too', async () => {
    await wipe(graph)
    const resolver = createResolver({ graph, rules: rulesOf() })
    const [scenario] = loadScenarios()
    const door = liveDoor(graph, rulesOf(scenario?.policy, idKey))
    await door.apply(scenario?.stages[0]?.items ?? [])
    const observation = {
      ...{ messageId: 'm', source: 'web', load: '', type: 'track' as const, observedAt: 1e12, recordedAt: 1e12 },
      identifiers: [{ key: 'cookie:c', kind: 'cookie', value: 'c' } as never],
    }
    const { outcomes } = await resolver.apply({ observations: [observation, observation] })
    expect(outcomes).toEqual(['applied', 'unchanged'])
    expect((await resolver.apply({ observations: [observation] })).outcomes).toEqual(['unchanged'])
  })
})
