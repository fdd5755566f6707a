import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { runs, TIMEOUT } from '../../test/oracle/asked.ts'
import { everythingIn, evidenceOf } from '../../test/oracle/compare.ts'
import { anyPicks, anyWorld } from '../../test/oracle/populations.ts'
import { componentsOf } from './components.ts'
import type { Evidence } from './evidence.ts'
import { factsOf, type Seen } from './facts.ts'
import { compareKeys, pairKey, pairOf } from './keys.ts'
import { PackedFacts } from './packed-facts.ts'
import { type Resolution, type Rules, resolve } from './resolve.ts'
import { blockedRecords, scoredLinks } from './scoring.ts'
import type { IdentifierKey } from './types.ts'

vi.setConfig({ testTimeout: TIMEOUT })
const idKey = new TextEncoder().encode('the key of a test')

test('facts in columns, resolved component by component, are what resolve answers', async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, anyPicks, async ({ items, policy, matching }, picks) => {
      const rules: Rules = { policy, matching, idKey }
      const evidence = evidenceOf(items)
      const packed = pack(evidence, rules, picks)
      const [found, expected] = [await resolved(packed, rules), await resolve(evidence, rules)]
      expect(everythingIn(found)).toEqual(everythingIn(expected))
      expect(seenIn(packed)).toEqual(seenOf(evidence))
    }),
    runs(1),
  )
})

/** Told in an order of its own. */
function pack(evidence: Evidence, { policy }: Rules, picks: readonly number[]): PackedFacts {
  const facts = new PackedFacts([...evidence.decisions.values()], policy)
  for (const record of shuffled(evidence.records.values(), picks)) facts.addRecord(record)
  for (const [key, supports] of shuffled(evidence.identifiers, picks)) facts.addIdentifier(key, supports)
  for (const [pair, supports] of shuffled(evidence.observed, picks)) facts.addObserved(...pairOf(pair), supports)
  facts.settle()
  return facts
}

function shuffled<T>(items: Iterable<T>, picks: readonly number[]): T[] {
  return [...items]
    .map((item, index) => ({ item, pick: picks[index % picks.length] ?? 0 }))
    .sort((a, b) => a.pick - b.pick)
    .map(({ item }) => item)
}

async function resolved(facts: PackedFacts, rules: Rules): Promise<Resolution> {
  const scored = await scoredLinks(blockedRecords(facts.records.values(), rules.matching), rules)
  const components = componentsOf(facts, scored, rules)
  const parts = Array.from({ length: components.count }, (_, component) => components.resolve(component))
  const refused = (of: keyof Resolution['refused']) => new Set(parts.flatMap((part) => [...part.refused[of]]))
  return {
    statuses: new Map(facts.keys.map((key, ordinal) => [key, facts.statuses[ordinal] ?? 'unsupported'])),
    customers: parts.flatMap(({ customers }) => customers).sort((a, b) => compareKeys(a.id, b.id)),
    refused: { observed: refused('observed'), scored: refused('scored'), asserted: refused('asserted') },
    scored,
  }
}

function seenIn(facts: PackedFacts) {
  const { a, b, firstSeen, lastSeen } = facts.pairs
  const keyOf = (ordinal: number | undefined) => facts.keys[ordinal ?? -1] as IdentifierKey
  return {
    identifiers: new Map(facts.keys.flatMap((key, ordinal) => seen(key, facts.seenOf(ordinal)))),
    observed: new Map(
      a.map((one, pair) => [
        pairKey(keyOf(one), keyOf(b[pair])),
        { firstSeen: firstSeen[pair], lastSeen: lastSeen[pair] },
      ]),
    ),
  }
}

function seen(key: IdentifierKey, seen: Seen | undefined): [IdentifierKey, Seen][] {
  return seen === undefined ? [] : [[key, seen]]
}

function seenOf(evidence: Evidence) {
  const { identifiers, observed } = factsOf(evidence)
  return { identifiers, observed }
}
