import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { customersIn } from '../../test/graph-state.ts'
import { ask, emptyGraph, rules as plainRules, wipe } from '../../test/live.ts'
import { DAY, event } from '../../test/told.ts'
import { assertPair, type Verdict } from '../commands/assert-pair.ts'
import type { Given } from '../commands/give-order.ts'
import { noteUnsure } from '../commands/note-unsure.ts'
import type { Graph } from '../graph/graph.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import type { Matching } from '../identity/resolve.ts'
import type { IdentifierKey, Observation } from '../identity/types.ts'
import { createResolver } from '../resolver/resolver.ts'
import { reviewQueue } from './review-queue.ts'

const plain = plainRules()
/** Alike as far as their traits say: `odds` is the probability, of records with one `group`. */
const matching: Matching = {
  ...plain.matching,
  model: 'told',
  blocksOf: ({ fields }) => [Number(fields.group?.value)],
  contradicts: () => false,
  score: async (pairs) =>
    pairs.map(([{ fields }]) => {
      const probability = Number(fields.odds?.value)
      return { probability, weight: Math.log2(probability / (1 - probability)), contradicts: false }
    }),
}
const rules = { ...plain, matching }
const crm = (id: string) => identifierKey('crm_contact', `crm:${id}`)

function contact(id: string, group: number, odds: number, ...claims: IdentifierKey[]): Observation {
  return event({
    ...{ source: 'crm', type: 'record', observedAt: DAY },
    identifiers: [crm(id), ...claims].sort(compareKeys).map(identifierOf),
    record: { key: recordKey('crm', id), id, account: crm(id), traits: { group: `${group}`, odds: `${odds}` } },
  })
}

const world = [
  contact('1', 1, 0.8),
  contact('2', 1, 0.8),
  contact('3', 2, 0.55),
  contact('4', 2, 0.55),
  contact('5', 3, 0.8, identifierKey('email', 'a@mail.vn'), identifierKey('loyalty_card', 'L1')),
  contact('6', 3, 0.8, identifierKey('email', 'b@mail.vn'), identifierKey('loyalty_card', 'L2')),
  // A link already, and one that is too little.
  contact('7', 4, 0.9),
  contact('8', 4, 0.9),
  contact('9', 5, 0.4),
  contact('10', 5, 0.4),
]

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())
beforeEach(async () => {
  await wipe(graph)
  await createResolver({ graph, rules }).apply({ observations: world })
})

const queue = async () =>
  (await Array.fromAsync(reviewQueue({ graph, policy: rules.policy }, 10))).map(({ a, b }) => [a, b])
const decide = (verdict: Verdict['verdict'], a: string, b: string, over: Partial<Given> = {}) =>
  assertPair(
    { resolver: createResolver({ graph, rules }) },
    { a: crm(a), b: crm(b), verdict },
    { by: 'steward', reason: '', at: 10, ...over },
  )

const pair = (a: string, b: string) => [crm(a), crm(b)]
const together = async (a: string, b: string) =>
  (await customersIn(graph)).some(({ members }) => members.includes(crm(a)) && members.includes(crm(b)))

test('pairs between the thresholds, those first about which a decision tells and changes most', async () => {
  expect(await queue()).toEqual([pair('5', '6'), pair('3', '4'), pair('1', '2')])
})

test('the same: one customer, however often the sources tell the same again; taken back, as if never said', async () => {
  const done = await decide('same', '1', '2')
  expect(done.difference).toMatchObject({ changed: { count: 1 }, absorbed: { count: 1 } })
  expect(await together('1', '2')).toBe(true)
  await createResolver({ graph, rules }).apply({ observations: world.toReversed() })
  expect(await together('1', '2')).toBe(true)
  expect(await queue()).toEqual([pair('5', '6'), pair('3', '4')])
  await decide('withdrawn', '2', '1', { at: 11 })
  expect(await together('1', '2')).toBe(false)
  expect(await queue()).toContainEqual(pair('1', '2'))
})

test('not the same: apart, even where a link would join them', async () => {
  expect(await together('7', '8')).toBe(true)
  await decide('not_same', '7', '8')
  expect(await together('7', '8')).toBe(false)
  expect(await queue()).toHaveLength(3)
})

test('unsure: nothing changes, and the pair comes up again last', async () => {
  const pair6 = { a: crm('6'), b: crm('5') }
  await noteUnsure({ graph }, pair6, { by: 'steward', reason: 'no photo', at: 10 })
  expect(await queue()).toEqual([pair('3', '4'), pair('1', '2'), pair('5', '6')])
})

test('said again, nothing is written; said by nobody, nothing is taken back', async () => {
  await decide('same', '1', '2')
  expect(await decide('same', '2', '1', { at: 11, by: 'another' })).toMatchObject({ known: true })
  const told = await ask(graph, 'MATCH (d:Decision) RETURN d.by AS by, d.at.epochMillis AS at')
  expect(told).toEqual([{ by: 'steward', at: 10 }])
  expect(await decide('withdrawn', '3', '4')).toMatchObject({ known: true })
})

test('unsure about what another has decided: it stays decided', async () => {
  await decide('not_same', '7', '8')
  await noteUnsure({ graph }, { a: crm('7'), b: crm('8') }, { by: 'another', reason: '', at: 12 })
  expect(await together('7', '8')).toBe(false)
  expect(await queue()).not.toContainEqual(pair('7', '8'))
})

test('an older decision changes nothing and says so; one identifier is no pair', async () => {
  await decide('same', '1', '2')
  await expect(decide('not_same', '1', '2', { at: 9 })).rejects.toMatchObject({ code: 'decision_superseded' })
  await expect(decide('same', '1', '1')).rejects.toMatchObject({ code: 'same_identifier' })
})
