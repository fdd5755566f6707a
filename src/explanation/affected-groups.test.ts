import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { runs, TIMEOUT } from '../../test/oracle/asked.ts'
import { evidenceOf } from '../../test/oracle/compare.ts'
import { anyWorld } from '../../test/oracle/populations.ts'
import { changedPolicy } from '../identity/changed-policy.ts'
import { componentsOf } from '../identity/components.ts'
import { customerDifference } from '../identity/customer-difference.ts'
import { differenceTally, toldDifference } from '../identity/difference-tally.ts'
import type { Evidence } from '../identity/evidence.ts'
import { identifierKey, pairKey, pairOf } from '../identity/keys.ts'
import type { ScoredLink } from '../identity/links.ts'
import { PackedFacts } from '../identity/packed-facts.ts'
import { createPolicy, type Policy } from '../identity/policy.ts'
import { type Rules, resolve, withoutModel } from '../identity/resolve.ts'
import { blockedRecords, scoredLinks } from '../identity/scoring.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { affectedGroups, type Side } from './affected-groups.ts'

vi.setConfig({ testTimeout: TIMEOUT })
const idKey = new TextEncoder().encode('the key of a test')

const email = (name: string) => identifierKey('email', name)
const cookie = (name: string) => identifierKey('cookie', name)
const supports = new Map([['web|', { first: 1, last: 1, sightings: [[1, 1] as const] }]])

/** Pairs seen together; cookies with more than so many e-mails are shared. */
function side(pairs: readonly (readonly [IdentifierKey, IdentifierKey])[], most: number, scored: ScoredLink[]): Side {
  const policy: Policy = createPolicy({ kinds: { email: {}, cookie: { sharedAbove: { email: most } } } })
  const facts = new PackedFacts([], policy)
  const keys = new Set([...pairs.flat(), ...scored.flatMap(({ a, b }) => [a, b])])
  for (const key of [...keys].sort()) facts.addIdentifier(key, supports)
  for (const [a, b] of new Map(pairs.map(([a, b]) => [pairKey(a, b), [a, b] as const])).values()) {
    facts.addObserved(a, b, supports)
  }
  facts.settle()
  const rules = { policy, matching: withoutModel, idKey: new Uint8Array(32) }
  return { facts, scored, linkThreshold: policy.linkThreshold, components: componentsOf(facts, scored, rules) }
}

/** The identifiers of each group on either side. */
function keysIn(before: Side, after: Side): string[][] {
  return [...affectedGroups(before, after)].map((group) => {
    const of = ({ components, facts }: Side, numbers: readonly number[]) =>
      numbers.flatMap((number) => [...components.membersOf(number)].map((ordinal) => facts.keys[ordinal] as string))
    return [...new Set([...of(before, group.before), ...of(after, group.after)])].sort()
  })
}

const pairs = [
  [cookie('1'), email('a')],
  [cookie('1'), email('b')],
  [cookie('2'), email('b')],
  [cookie('3'), email('c')],
  [cookie('4'), email('d')],
  [cookie('4'), email('e')],
] as const

test('whoever an identifier that begins to link joins is one group; others are none', () => {
  const [narrow, wide] = [side(pairs, 1, []), side(pairs, 2, [])]
  const groups = [
    [cookie('1'), cookie('2'), email('a'), email('b')],
    [cookie('4'), email('d'), email('e')],
  ]
  expect(keysIn(narrow, wide)).toEqual(groups)
  expect(keysIn(wide, narrow)).toEqual(groups)
  expect(keysIn(wide, side(pairs, 2, []))).toEqual([])
})

test('a scored pair counts where it is a link on one side, or of another probability', () => {
  const link = (probability: number): ScoredLink => ({ a: email('a'), b: email('c'), probability, weight: 1 })
  const [none, weak, strong, stronger] = [[], [link(0.6)], [link(0.9)], [link(0.95)]].map((scored) =>
    side(pairs, 1, scored),
  ) as [Side, Side, Side, Side]
  expect(keysIn(none, weak)).toEqual([])
  const joined = [[cookie('3'), email('a'), email('c')]]
  expect(keysIn(weak, strong)).toEqual(joined)
  expect(keysIn(strong, none)).toEqual(joined)
  expect(keysIn(strong, stronger)).toEqual(joined)
})

const anyKind = fc.constantFrom('email', 'phone', 'cookie')
const anyChange = fc.record({
  linkThreshold: fc.option(fc.constantFrom(0.5, 0.85, 0.9, 0.95, 1), { nil: undefined }),
  maxBlock: fc.option(fc.constantFrom(2, 3, 50), { nil: undefined }),
  sharedAbove: fc.array(fc.record({ kind: anyKind, neighbour: anyKind, limit: fc.constantFrom(null, 0, 1, 2, 3) }), {
    maxLength: 2,
  }),
})

test('in any world, what they differ in is all that two policies differ in', async () => {
  let differing = 0
  await fc.assert(
    fc.asyncProperty(anyWorld, anyChange, async ({ items, policy, matching }, change) => {
      const other = changedPolicy(policy, { ...change, reviewThreshold: 0.5 })
      const evidence = evidenceOf(items)
      const rulesBy = (policy: Policy): Rules => ({ policy, matching, idKey })
      const [before, after] = [await sideOf(evidence, rulesBy(policy)), await sideOf(evidence, rulesBy(other))]
      const tally = differenceTally()
      for (const group of affectedGroups(before, after)) {
        const customersOf = ({ components }: Side, numbers: readonly number[]) =>
          numbers.flatMap((number) => components.resolve(number).customers)
        tally.add(customerDifference(customersOf(before, group.before), customersOf(after, group.after)))
      }
      const [was, is] = [await resolve(evidence, rulesBy(policy)), await resolve(evidence, rulesBy(other))]
      const expected = toldDifference(customerDifference(was.customers, is.customers))
      expect(tally.told()).toEqual(expected)
      if (Object.values(expected).some(({ count }) => count > 0)) differing += 1
    }),
    runs(1),
  )
  expect(differing, 'no two policies ever differed').toBeGreaterThan(0)
})

async function sideOf(evidence: Evidence, rules: Rules): Promise<Side> {
  const facts = new PackedFacts([...evidence.decisions.values()], rules.policy)
  for (const record of evidence.records.values()) facts.addRecord(record)
  for (const [key, supports] of evidence.identifiers) facts.addIdentifier(key, supports)
  for (const [pair, supports] of evidence.observed) facts.addObserved(...pairOf(pair), supports)
  facts.settle()
  const scored = await scoredLinks(blockedRecords(facts.records.values(), rules.matching), rules)
  const { linkThreshold } = rules.policy
  return { facts, scored, linkThreshold, components: componentsOf(facts, scored, rules) }
}
