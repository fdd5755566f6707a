import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { afterBatch, type Defect, nothingSaid, type State, stateOf } from '../../test/incremental.ts'
import { runs, TIMEOUT } from '../../test/oracle/asked.ts'
import { anyPicks, anyWorld, rearranged, type World } from '../../test/oracle/populations.ts'
import type { Description } from '../identity/facts.ts'
import type { HeldCustomer } from '../identity/join-customers.ts'
import { compareKeys } from '../identity/keys.ts'
import { createPolicy } from '../identity/policy.ts'
import type { Rules } from '../identity/resolve.ts'
import { SLOW_REASONS } from './growth.ts'

vi.setConfig({ testTimeout: TIMEOUT })

const idKey = new TextEncoder().encode('the key of a test')
const anyTelling = fc.tuple(anyWorld, anyPicks, fc.integer({ min: 1, max: 7 }))

/** Tells a world batch by batch; answers the first batch after which the state is not what the evidence implies. */
async function firstDifference([world, picks, size]: readonly [World, number[], number], defect?: Defect) {
  const rules: Rules = { policy: world.policy, idKey, matching: world.matching }
  const items = rearranged(world.items, picks)
  let state: State = nothingSaid
  for (let start = 0; start < items.length; start += size) {
    state = await afterBatch(state, items.slice(start, start + size), rules, defect)
    const [found, implied] = [comparable(state), comparable(await stateOf(state.evidence, rules))]
    if (JSON.stringify(found) !== JSON.stringify(implied)) return { found, implied }
  }
  return undefined
}

function comparable({ statuses, customers, refused, contested, neighbours, scored, blocks }: State) {
  const byKey = <V>(entries: Iterable<readonly [string, V]>) => [...entries].sort(([a], [b]) => compareKeys(a, b))
  return {
    statuses: byKey(statuses),
    customers: byKey(customers),
    refused: [...refused].sort(),
    scored: byKey(scored),
    blocks: byKey([...blocks].filter(([, own]) => own.length > 0).map(([key, own]) => [key, own.toSorted()])),
    contested: [...contested].sort(),
    neighbours: byKey([...neighbours].map(([key, counts]) => [key, byKey(counts)])),
  }
}

describe('invariant 2: the fast path and the slow path together are resolve', () => {
  test('after every batch of every world, whatever it told', async () => {
    await fc.assert(
      fc.asyncProperty(anyTelling, async (telling) => {
        const different = await firstDifference(telling)
        expect(different?.found).toEqual(different?.implied)
      }),
      runs(1),
    )
  })
})

describe('no condition of the fast path can be left out', () => {
  const without = (name: string): Defect => ({
    reasons: Object.fromEntries(Object.entries(SLOW_REASONS).filter(([other]) => other !== name)),
  })
  const unlimited = (change: object) => (rules: Rules) => ({ ...rules, policy: { ...rules.policy, ...change } })
  const defects: Readonly<Record<string, Defect>> = {
    'what stands on less is resolved anew': without('weakened'),
    'what a person decided is resolved anew': without('decided'),
    'an identifier that stops linking takes the slow path': without('unlinked'),
    'an identifier that a decision waited for takes the slow path': without('awaited'),
    'a refused link that is earlier now takes the slow path': without('earlier'),
    'a scored link that is gone or weaker takes the slow path': without('rescored'),
    'a customer has at most so many identifiers': { rules: unlimited({ maxIdentifiers: Number.POSITIVE_INFINITY }) },
    'a customer has at most so many of a kind': {
      rules: ({ policy, ...rules }) => {
        const kinds = Object.entries(policy.kinds).map(([kind, each]) => [kind, { ...each, perCustomer: null }])
        const { hash: _, linkProbability: __, band: ___, isPlaceholder: ____, ...text } = policy
        return { ...rules, policy: createPolicy({ ...text, kinds: Object.fromEntries(kinds) }) }
      },
    },
    'a NOT_SAME_AS stands within the whole': {
      growth: (growth) => ({
        ...growth,
        assertions: new Map([...growth.assertions].filter(([, { verdict }]) => verdict === 'same')),
      }),
    },
    'records of the whole may contradict': {
      rules: (rules) => ({ ...rules, matching: { ...rules.matching, contradicts: () => false } }),
    },
    'a changed record is compared within its own customer too': {
      rules: (rules, { customers }) => {
        const { contradicts } = rules.matching
        const within = (a: Description, b: Description) =>
          [...customers.values()].some(({ members }: HeldCustomer) => [a, b].every((r) => members.includes(r.account)))
        return { ...rules, matching: { ...rules.matching, contradicts: (a, b) => !within(a, b) && contradicts(a, b) } }
      },
    },
    'a record that changed may have been what a link was refused for': {
      growth: (growth) => ({ ...growth, changed: new Set() }),
    },
    'whether a refused link touches a customer is known': {
      growth: (growth) => ({
        ...growth,
        customers: new Map([...growth.customers].map(([id, customer]) => [id, { ...customer, contested: false }])),
      }),
    },
  }

  test.each(Object.entries(defects))('%s', async (_, defect) => {
    // A world in which it shows is found, and the same one by everybody.
    const { failed } = await fc.check(
      fc.asyncProperty(anyTelling, async (telling) => (await firstDifference(telling, defect)) === undefined),
      { numRuns: 20_000, seed: 7, endOnFailure: true },
    )
    expect(failed, 'no world needs it').toBe(true)
  })
})
