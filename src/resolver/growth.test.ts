import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { afterBatch, type Defect, nothingSaid, type State, stateOf } from '../../test/incremental.ts'
import { runs, TIMEOUT } from '../../test/oracle/asked.ts'
import { anyPicks, anyWorld, rearranged, type World } from '../../test/oracle/populations.ts'
import type { Item } from '../../test/oracle/what-counts.ts'
import { DAY, event } from '../../test/told.ts'
import type { Description } from '../identity/facts.ts'
import type { Growth, HeldCustomer } from '../identity/join-customers.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import { createPolicy } from '../identity/policy.ts'
import { type Rules, withoutModel } from '../identity/resolve.ts'
import type { IdentifierKey, Observation } from '../identity/types.ts'
import { SLOW_REASONS } from './growth.ts'

vi.setConfig({ testTimeout: TIMEOUT })

const idKey = new TextEncoder().encode('the key of a test')
const anyTelling = fc.tuple(anyWorld, anyPicks, fc.integer({ min: 1, max: 7 }))

/** Tells a world batch by batch; answers the first batch after which the state is not what the evidence implies. */
function firstDifference([world, picks, size]: readonly [World, number[], number], defect?: Defect) {
  const rules: Rules = { policy: world.policy, idKey, matching: world.matching }
  return differenceIn(rearranged(world.items, picks), size, rules, defect)
}

async function differenceIn(items: readonly Item[], size: number, rules: Rules, defect?: Defect) {
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
  const withKinds =
    (change: object) =>
    ({ policy, ...rules }: Rules): Rules => {
      const kinds = Object.entries(policy.kinds).map(([kind, each]) => [kind, { ...each, ...change }])
      const { hash: _, linkProbability: __, band: ___, isPlaceholder: ____, ...text } = policy
      return { ...rules, policy: createPolicy({ ...text, kinds: Object.fromEntries(kinds) }) }
    }
  const withCustomers = (change: Partial<HeldCustomer>) => (growth: Growth) => ({
    ...growth,
    customers: new Map([...growth.customers].map(([id, customer]) => [id, { ...customer, ...change }])),
  })
  const defects: Readonly<Record<string, Defect>> = {
    'what stands on less is resolved anew': without('weakened'),
    'what a person decided is resolved anew': without('decided'),
    'an identifier that stops linking takes the slow path': without('unlinked'),
    'an identifier that a decision waited for takes the slow path': without('awaited'),
    'a refused link that is earlier now takes the slow path': without('earlier'),
    'a scored link that is gone or weaker takes the slow path': without('rescored'),
    'a customer has at most so many identifiers': { rules: unlimited({ maxIdentifiers: Number.POSITIVE_INFINITY }) },
    'a customer has at most so many of a kind': {
      rules: withKinds({ perCustomer: null }),
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
    'whether a refused link touches a customer is known': { growth: withCustomers({ contested: false }) },
    'whether a customer has, or had, what changed hands is known': { growth: withCustomers({ tenures: [] }) },
  }

  // Too rare among made-up worlds: the refused link was for what a third one says, and the new holder had spoken before.
  test('beside a refused link a new holder may end a period', async () => {
    const names = ['a', 'relative', 'refused', 'new'] as const
    const [phone, mail] = [identifierKey('phone', '1'), identifierKey('email', '1')]
    const crm = (id: string) => identifierKey('crm_contact', `crm:${id}`)
    const contact = (id: (typeof names)[number], day: number, ...claims: IdentifierKey[]): Observation =>
      event({
        ...{ source: 'crm', type: 'record', observedAt: day * DAY, messageId: id },
        identifiers: [crm(id), ...claims].sort(compareKeys).map(identifierOf),
        record: { key: recordKey('crm', id), id, account: crm(id), traits: { said: id } },
      })
    const contradicting = ['refused relative', 'new refused']
    const contradicts = (a: Description, b: Description) =>
      contradicting.includes([a.fields.said?.value, b.fields.said?.value].sort().join(' '))
    const kinds = { phone: { changesHands: true }, email: {}, crm_contact: { account: true } }
    const rules = { policy: createPolicy({ kinds }), idKey, matching: { ...withoutModel, contradicts } }
    const items = [
      contact('a', 0, phone, mail),
      contact('relative', 0, mail),
      contact('refused', 1, phone),
      contact('new', 5),
      event({ observedAt: 5 * DAY, identifiers: [crm('new'), phone].map(identifierOf) }),
    ]
    expect(await differenceIn(items, 1, rules)).toBeUndefined()
    const overlooked = await differenceIn(items, 1, rules, { rules: withKinds({ changesHands: false }) })
    expect(overlooked?.implied.customers).not.toEqual(overlooked?.found.customers)
  })

  test.each(Object.entries(defects))('%s', async (_, defect) => {
    // A world in which it shows is found, and the same one by everybody.
    const { failed } = await fc.check(
      fc.asyncProperty(anyTelling, async (telling) => (await firstDifference(telling, defect)) === undefined),
      { numRuns: 20_000, seed: 7, endOnFailure: true },
    )
    expect(failed, 'no world needs it').toBe(true)
  })
})
