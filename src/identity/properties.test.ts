import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { oracleOf, resolved, runs, TIMEOUT } from '../../test/oracle/asked.ts'
import { whatStandsBetween } from '../../test/oracle/cannot-link.ts'
import {
  comparable,
  comparableAnswer,
  everythingIn,
  evidenceOf,
  recordsIn,
  recordsOfAnswer,
} from '../../test/oracle/compare.ts'
import { anyIdentifier, anyPicks, anyScope, anyWorld, rearranged } from '../../test/oracle/populations.ts'
import { testMatching } from '../../test/oracle/test-matching.ts'
import { decisionsIn, type Item } from '../../test/oracle/what-counts.ts'
import { cannotLinks, groupOf, notSamePartners } from './cannot-link.ts'
import { decisionSubject, withdrawalScope } from './evidence.ts'
import { factsOf } from './facts.ts'
import { compareKeys, identifierKey, identifierOf, pairOf } from './keys.ts'
import { createPolicy } from './policy.ts'
import { recordsByAccount } from './resolve.ts'
import type { Decision, IdentifierKey, Observation } from './types.ts'

vi.setConfig({ testTimeout: TIMEOUT })

describe('invariant 1: customers are a function of what was said', () => {
  test('resolve answers as the oracle does', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, async (world) => {
        const oracle = oracleOf(world.items, world)
        expect(comparable(await resolved(world.items, world))).toEqual(comparableAnswer(oracle))
        expect(recordsIn(evidenceOf(world.items))).toEqual(recordsOfAnswer(oracle))
      }),
      runs(1),
    )
  })

  test('any order and any repetition gives the same customers, ids, statuses, refused links and golden records', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anyPicks, async (world, picks) => {
        const again = await resolved(rearranged(world.items, picks), world)
        expect(everythingIn(again)).toEqual(everythingIn(await resolved(world.items, world)))
      }),
      runs(1),
    )
  })
})

describe('invariant 3: a decision withdrawn is as if never made', () => {
  const late = { id: 'z', at: Number.MAX_SAFE_INTEGER, by: 'steward', reason: '' }
  const anyUndoing: fc.Arbitrary<Decision> = fc.oneof(
    fc
      .tuple(anyIdentifier, anyIdentifier)
      .filter(([a, b]) => a !== b)
      .map((pair) => pair.toSorted(compareKeys) as [IdentifierKey, IdentifierKey])
      .map(([a, b]) => ({ ...late, decision: 'assertion' as const, a, b, verdict: 'withdrawn' as const })),
    anyIdentifier.map((identifier) => ({
      ...late,
      decision: 'override' as const,
      identifier,
      verdict: 'clear' as const,
    })),
    anyScope.map((scope) => ({ ...late, decision: 'withdrawal' as const, scope, verdict: 'reinstated' as const })),
  )

  test('assertions, overrides and withdrawals', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, fc.option(anyUndoing), fc.nat(), async (world, other, pick) => {
        // As a rule one that is there to be undone, sometimes one that never was.
        const made = decisionsIn(world.items)
        const undoing = undoingOf(made[pick % made.length], late) ?? other
        fc.pre(undoing !== null)
        const never = world.items.filter(
          (item) => 'messageId' in item || decisionSubject(item) !== decisionSubject(undoing),
        )
        expect(everythingIn(await resolved([...world.items, undoing], world))).toEqual(
          everythingIn(await resolved(never, world)),
        )
      }),
      runs(0.5),
    )
  })

  function undoingOf(decision: Decision | undefined, at: typeof late): Decision | undefined {
    switch (decision?.decision) {
      case 'assertion':
        return { ...decision, ...at, verdict: 'withdrawn' }
      case 'override':
        return { ...decision, ...at, verdict: 'clear' }
      case 'withdrawal':
        return { ...decision, ...at, verdict: 'reinstated' }
      case undefined:
        return undefined
    }
  }
})

describe('withdrawals', () => {
  test('what a withdrawn source, load or record said counts as little as if it had never come', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anyScope, async (world, scope) => {
        const withdrawal: Decision = {
          ...{ id: 'z', at: Number.MAX_SAFE_INTEGER, by: 'steward', reason: '' },
          ...{ decision: 'withdrawal', scope, verdict: 'withdrawn' },
        }
        const never = world.items.flatMap((item): Item[] => {
          if (!('messageId' in item)) return [item]
          const { source, load, record, type } = item
          if ([withdrawalScope.source(source), withdrawalScope.load(source, load)].includes(scope)) return []
          if (record === undefined || withdrawalScope.record(source, record.id) !== scope) return [item]
          // An event saw its identifiers together, whatever becomes of the record it mentions.
          return type === 'record' || type === 'delete' ? [] : [{ ...item, record: { ...record, traits: {} } }]
        })
        const [withdrawn, without] = [await resolved([...world.items, withdrawal], world), await resolved(never, world)]
        const { statuses: _, ...rest } = everythingIn(withdrawn)
        const { statuses: __, ...expected } = everythingIn(without)
        expect(rest).toEqual(expected)
        for (const [key, status] of withdrawn.statuses) expect(without.statuses.get(key) ?? 'unsupported').toBe(status)
      }),
      runs(0.5),
    )
  })
})

describe('invariant 4: late sharing', () => {
  test('whatever comes, every edge ever observed is still in the evidence, with its supports', () => {
    fc.assert(
      fc.property(anyWorld, ({ items }) => {
        const all = evidenceOf(items)
        for (let count = 0; count < items.length; count += 1) {
          for (const [pair, supports] of evidenceOf(items.slice(0, count)).observed) {
            expect([...(all.observed.get(pair)?.keys() ?? [])]).toEqual(expect.arrayContaining([...supports.keys()]))
          }
        }
      }),
      runs(0.1),
    )
  })

  test('an identifier that becomes shared splits the customer it had joined into its parts', async () => {
    const hub = identifierKey('phone', 'clerk')
    const anyTill = fc.record({
      limit: fc.integer({ min: 1, max: 6 }),
      withEmail: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    })
    await fc.assert(
      fc.asyncProperty(anyTill, anyPicks, async ({ limit, withEmail }, picks) => {
        const policy = createPolicy({
          kinds: { phone: { sharedAbove: { pos_account: limit } }, email: {}, pos_account: { account: true } },
        })
        const sale = (n: number) => identifierKey('pos_account', `pos:${n}`)
        const mail = (n: number) => identifierKey('email', `${n}`)
        const household = (n: number) => [sale(n), ...(withEmail[n] ? [mail(n)] : [])].toSorted(compareKeys)
        const sales = Array.from({ length: limit + 1 }, (_, n) => [
          event(n, [hub, sale(n)]),
          ...(withEmail[n] ? [event(n + 20, [mail(n), sale(n)])] : []),
        ])
        const world = { policy, matching: testMatching(0) }
        const before = await resolved(rearranged(sales.slice(0, limit).flat(), picks), world)
        expect(before.customers.map(({ members }) => members)).toEqual([
          [hub, ...sales.slice(0, limit).flatMap((_, n) => household(n))].toSorted(compareKeys),
        ])
        const items = rearranged(sales.flat(), picks)
        const after = await resolved(items, world)
        expect(after.statuses.get(hub)).toBe('shared')
        const households = after.customers.map(({ members }) => members).toSorted((x, y) => compareKeys(`${x}`, `${y}`))
        expect(households).toEqual(sales.map((_, n) => household(n)).toSorted((x, y) => compareKeys(`${x}`, `${y}`)))
        const edges = [...evidenceOf(items).observed.keys()].filter((pair) => pairOf(pair).includes(hub))
        expect(edges).toHaveLength(limit + 1)
      }),
      runs(0.05),
    )
  })
})

describe('invariant 5: what is apart has a reason, what is one has none', () => {
  test('between customers joined by a refused link a cannot-link stands', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, async (world) => {
        const { policy, matching } = world
        const facts = factsOf(evidenceOf(world.items))
        const constraints = { policy, contradicts: matching.contradicts, notSame: notSamePartners(facts.assertions) }
        const recordsOf = recordsByAccount(facts)
        const { customers, refused } = await resolved(world.items, world)
        const membersWith = (key: IdentifierKey) =>
          customers.find(({ members }) => members.includes(key))?.members ?? []
        const oracle = oracleOf(world.items, world)
        const changedHands = new Set(customers.flatMap(({ tenures }) => tenures.map(({ key }) => key)))
        for (const pair of [...refused.observed, ...refused.scored, ...refused.asserted]) {
          const [one, other] = pairOf(pair).map(membersWith) as [IdentifierKey[], IdentifierKey[]]
          expect(one).not.toEqual(other)
          // What stands between them may stand between others: those of a period that is over.
          if (pairOf(pair).some((key) => changedHands.has(key))) continue
          const groups = [one, other].map((members) => groupOf(members, recordsOf, constraints.notSame))
          const [a, b] = groups as [(typeof groups)[0] & object, (typeof groups)[0] & object]
          const reasons = [...cannotLinks(a, b, (key) => other.includes(key), constraints)]
          expect(reasons).not.toEqual([])
          const types = new Set(reasons.map(({ type }) => type))
          expect([...types].sort()).toEqual(whatStandsBetween(one, other, oracle.world).sort())
        }
      }),
      runs(0.5),
    )
  })

  test('within a customer none stands, except within what a SAME_AS joins', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, async (world) => {
        const { world: reasons } = oracleOf(world.items, world)
        const { customers, statuses } = await resolved(world.items, world)
        const same = [...factsOf(evidenceOf(world.items)).assertions.values()].filter(
          ({ verdict, a, b }) => verdict === 'same' && statuses.get(a) === 'linking' && statuses.get(b) === 'linking',
        )
        for (const { members } of customers) {
          const parts = joinedBy(same, members)
          for (const [index, one] of parts.entries()) {
            // Not pairwise only: two parts that fit each may be too many together with the rest.
            const rest = parts.slice(index + 1).flat()
            if (rest.length > 0) expect(whatStandsBetween(one, rest, reasons)).toEqual([])
          }
          const inside = reasons.notSame.filter(({ a, b }) => members.includes(a) && members.includes(b))
          expect(inside).toEqual([])
        }
      }),
      runs(0.5),
    )
  })

  /** The members, in the sets that the assertions alone connect. */
  function joinedBy(same: readonly { a: IdentifierKey; b: IdentifierKey }[], members: readonly IdentifierKey[]) {
    let parts = members.map((member) => [member])
    for (const { a, b } of same) {
      const touched = parts.filter((part) => part.includes(a) || part.includes(b))
      if (members.includes(a) && members.includes(b))
        parts = [...parts.filter((part) => !touched.includes(part)), touched.flat()]
    }
    return parts
  }
})

function event(at: number, keys: IdentifierKey[]): Observation {
  const identifiers = keys.toSorted(compareKeys).map(identifierOf)
  return {
    messageId: `event${at}`,
    source: 'pos',
    load: '',
    type: 'track',
    observedAt: at,
    recordedAt: at,
    identifiers,
  }
}
