import { expect, test } from 'vitest'
import { componentsOf } from '../identity/components.ts'
import { identifierKey, pairKey } from '../identity/keys.ts'
import type { ScoredLink } from '../identity/links.ts'
import { PackedFacts } from '../identity/packed-facts.ts'
import { createPolicy, type Policy } from '../identity/policy.ts'
import { withoutModel } from '../identity/resolve.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { affectedGroups, type Side } from './affected-groups.ts'

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
