import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ALIKE_CONTACTS, alikeContact } from '../../test/alike-contacts.ts'
import { graphDigest } from '../../test/graph-digest.ts'
import { emptyGraph, rules as plainRules } from '../../test/live.ts'
import { DAY, event, fold } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { changedPolicy, type PolicyChange } from '../identity/changed-policy.ts'
import { customerDifference } from '../identity/customer-difference.ts'
import { toldDifference } from '../identity/difference-tally.ts'
import { identifierKey, identifierOf } from '../identity/keys.ts'
import type { Policy } from '../identity/policy.ts'
import { resolve } from '../identity/resolve.ts'
import type { Observation } from '../identity/types.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import { createMatching } from '../matching/matching.ts'
import { createResolver } from '../resolver/resolver.ts'
import { type WhatIfOptions, whatIfPolicy } from './what-if.ts'

const plain = plainRules()
const by = (policy: Policy) => ({ ...plain, policy, matching: createMatching(defaultWeights, policy) })
const rules = by(plain.policy)
/** A cookie of two e-mails, which is shared as the policy stands, and one of one. */
function login(cookie: string, email: string): Observation {
  const keys = [identifierKey('cookie', cookie), identifierKey('email', `${email}@mail.vn`)]
  return event({ observedAt: DAY, identifiers: keys.map(identifierOf) })
}

const observations = [
  ...Array.from({ length: ALIKE_CONTACTS }, (_, number) => alikeContact(number)),
  ...[login('kiosk', 'a'), login('kiosk', 'b'), login('own', 'b'), login('own-2', 'c')],
]

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  await createResolver({ graph, rules }).apply({ observations })
})
afterAll(() => graph.close())

const ask = (change: PolicyChange, over: Partial<WhatIfOptions> = {}) =>
  whatIfPolicy(change, { graph, rules, time: 60_000, rows: 10_000, ...over })

async function expected(change: PolicyChange) {
  const evidence = fold(...observations)
  const before = await resolve(evidence, rules)
  const after = await resolve(evidence, by(changedPolicy(rules.policy, change)))
  return toldDifference(customerDifference(before.customers, after.customers))
}

const changes: Readonly<Record<string, PolicyChange>> = {
  'a higher threshold': { linkThreshold: 0.99 },
  'the highest threshold': { linkThreshold: 1 },
  'a lower threshold': { linkThreshold: 0.6 },
  'a threshold below what is kept': { linkThreshold: 0.3, reviewThreshold: 0.2 },
  'smaller blocks': { maxBlock: 2 },
  'larger blocks and a higher threshold': { maxBlock: 100, linkThreshold: 0.95 },
  'a limit lifted': { sharedAbove: [{ kind: 'cookie', neighbour: 'email', limit: null }] },
  'a limit lowered': { sharedAbove: [{ kind: 'phone', neighbour: 'crm_contact', limit: 1 }] },
  'everything at once': {
    ...{ linkThreshold: 0.7, maxBlock: 40 },
    sharedAbove: [
      { kind: 'phone', neighbour: 'crm_contact', limit: 0 },
      { kind: 'cookie', neighbour: 'email', limit: 5 },
    ],
  },
}

describe('what if the policy were another', () => {
  test.each(Object.entries(changes))(
    '%s: the difference is what resolve answers by the one and the other',
    async (_, change) => {
      const before = await graphDigest(graph)
      const { stopped, difference, affected, identifiers } = await ask(change)
      expect(stopped).toBeUndefined()
      expect(difference).toEqual(await expected(change))
      const { changed, split, absorbed, dissolved } = difference
      expect(affected).toBe(changed.count + split.count + absorbed.count + dissolved.count)
      expect(identifiers).toBe(new Set(observations.flatMap((each) => each.identifiers.map(({ key }) => key))).size)
      expect(await graphDigest(graph)).toBe(before)
    },
  )

  test('the changes tried are different ones', async () => {
    const told = await Promise.all(Object.values(changes).map(async (change) => (await ask(change)).difference))
    expect(new Set(told.map((difference) => JSON.stringify(difference))).size).toBeGreaterThan(6)
  })

  test('nothing changed, nothing differs, and nothing is resolved', async () => {
    let resolved = 0
    const onRow: WhatIfOptions['onRow'] = (step) => {
      if (step === 'components') resolved += 1
    }
    const same = await ask({}, { onRow })
    expect([same.affected, resolved]).toEqual([0, 0])
    expect(same.toReview?.before).toBe(same.toReview?.after)
  })

  test('another review threshold moves no customer, and tells how many pairs wait', async () => {
    const { affected, toReview } = await ask({ reviewThreshold: 0.2 })
    expect(affected).toBe(0)
    expect(toReview?.after).toBeGreaterThan(toReview?.before ?? 0)
  })

  test('what no policy file may say is refused as there', async () => {
    await expect(ask({ linkThreshold: 2 })).rejects.toMatchObject({ code: 'policy_invalid' })
  })
})

describe('its bounds', () => {
  const change = changes['everything at once'] ?? {}

  test('rows: it stops, says so, and tells what it saw', async () => {
    const { stopped, identifiers } = await ask(change, { rows: 25 })
    expect(stopped).toBe('size')
    expect(identifiers).toBe(25)
  })

  test('time: it stops while it reads, and while it compares', async () => {
    expect(await ask(change, { time: 0 })).toMatchObject({ stopped: 'time', affected: 0 })
    let groups = 0
    const onRow: WhatIfOptions['onRow'] = (step) => {
      if (step === 'components') groups += 1
      if (groups < 2) return
      const until = performance.now() + 3000
      while (performance.now() < until);
    }
    const late = await ask(change, { time: 2500, onRow })
    expect(late.stopped).toBe('time')
    expect(late.affected).toBeGreaterThan(0)
    expect(late.affected).toBeLessThan((await ask(change)).affected)
  })

  test('gone: it stops for good, soon', async () => {
    const control = new AbortController()
    let rows = 0
    const onRow = () => {
      rows += 1
      if (rows === 20) control.abort()
    }
    await expect(ask(change, { signal: control.signal, onRow })).rejects.toMatchObject({ code: 'aborted' })
    expect(rows).toBeLessThan(100)
    await expect(ask(change, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
  })
})
