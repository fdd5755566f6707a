import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyGraph, rules as plainRules } from '../../test/live.ts'
import { DAY, event, fold } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import { resolve } from '../identity/resolve.ts'
import type { IdentifierKey, Observation } from '../identity/types.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import { createMatching } from '../matching/matching.ts'
import { createResolver } from '../resolver/resolver.ts'
import { customersAt } from './customers-at.ts'

const plain = plainRules()
const rules = { ...plain, matching: createMatching(defaultWeights, plain.policy) }
const PEOPLE = [
  ['Trần Thị Hoa', 'Trần Hoa'],
  ['Lê Minh Châu', 'Lê Châu'],
  ['Phạm Quốc Bảo', 'Phạm Bảo'],
  ['Đỗ Khánh Linh', 'Đỗ Linh'],
] as const
/** Of one person: pairs of these are alike to every degree. The third has the shorter name. */
const VARIANTS: readonly Record<string, string>[] = [
  { birthday: '1990-02-14', 'address.city': 'Huế' },
  { birthday: '1990-02-15' },
  { birthday: '1990-02-14' },
  { email: 'an.1@mail.vn', 'address.city': 'Huế' },
  { email: 'an.12@mail.vn' },
  { 'address.street': '12 Lê Lợi', 'address.city': 'Huế' },
]

/** Every fifth contact has a phone that contacts of other people have as well. */
function contact(number: number): Observation {
  const id = String(number)
  const account = identifierKey('crm_contact', `crm:${id}`)
  const phone = identifierKey('phone', `+8486896481${number % 2}`)
  const variant = Math.floor(number / PEOPLE.length)
  const name = PEOPLE[number % PEOPLE.length]?.[variant === 2 ? 1 : 0] ?? ''
  const claims: IdentifierKey[] = number % 5 === 0 ? [phone] : []
  return event({
    ...{ source: 'crm', type: 'record', observedAt: DAY * number },
    identifiers: [account, ...claims].sort(compareKeys).map(identifierOf),
    record: { key: recordKey('crm', id), id, account, traits: { name, ...VARIANTS[variant] } },
  })
}

const observations = Array.from({ length: PEOPLE.length * VARIANTS.length }, (_, number) => contact(number))
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
