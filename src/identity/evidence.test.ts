import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { account, cookie, DAY, email, event, fold, row } from '../../test/told.ts'
import {
  addDecision,
  addObservation,
  emptyEvidence,
  joinSupports,
  parseSupport,
  type Sighting,
  type Support,
  supportOf,
  withdrawalScope,
} from './evidence.ts'
import { withdrawnScopes } from './facts.ts'
import { pairKey, recordKey } from './keys.ts'
import type { Override } from './types.ts'

describe('sightings', () => {
  const anySightings = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 })), {
    minLength: 1,
    maxLength: 12,
  })
  /** What no other sighting precedes in both times, asked of all pairs. */
  const minimalOf = (all: readonly Sighting[]) => {
    const distinct = all.filter(([x, y], index) => all.findIndex(([p, q]) => p === x && q === y) === index)
    return distinct
      .filter((one) => !distinct.some((other) => other !== one && other[0] <= one[0] && other[1] <= one[1]))
      .sort((a, b) => a[0] - b[0])
  }

  test('kept are those that no other precedes in both times, in whatever order they come', () => {
    fc.assert(
      fc.property(anySightings, (all) => {
        const evidence = fold(...all.map(([observedAt, recordedAt]) => event({ observedAt, recordedAt })))
        for (const supports of [evidence.identifiers.get(cookie), evidence.observed.get(pairKey(cookie, email))]) {
          const support = supports?.get('web|')
          expect(support?.sightings).toEqual(minimalOf(all))
          expect(support?.first).toBe(Math.min(...all.map(([observedAt]) => observedAt)))
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('answer what was known at any time as all sightings would', () => {
    fc.assert(
      fc.property(anySightings, fc.integer({ min: 0, max: 8 }), (all, recorded) => {
        const kept = fold(...all.map(([observedAt, recordedAt]) => event({ observedAt, recordedAt }))).identifiers.get(
          cookie,
        )
        const first = (sightings: readonly Sighting[]) =>
          Math.min(...sightings.filter(([, at]) => at <= recorded).map(([at]) => at))
        expect(first(kept?.get('web|')?.sightings ?? [])).toBe(first(all))
      }),
    )
  })

  test('the join of supports is commutative, associative and idempotent', () => {
    const supportIn = (all: readonly Sighting[]) =>
      fold(...all.map(([at, recordedAt]) => event({ observedAt: at * DAY, recordedAt })))
        .identifiers.get(cookie)
        ?.get('web|') as Support
    fc.assert(
      fc.property(anySightings, anySightings, anySightings, (...three) => {
        const [a, b, c] = three.map(supportIn) as [Support, Support, Support]
        expect(joinSupports(a, b)).toEqual(joinSupports(b, a))
        expect(joinSupports(joinSupports(a, b), c)).toEqual(joinSupports(a, joinSupports(b, c)))
        expect(joinSupports(a, a)).toEqual(a)
        expect(joinSupports(a, b)).toEqual(supportIn([...three[0], ...three[1]]))
      }),
    )
  })
})

describe('news', () => {
  test('is what changes the evidence; the same again is none', () => {
    const evidence = emptyEvidence()
    const told = [event({ observedAt: 2 * DAY }), row(3, { name: 'An' }, [email]), row(4, {}, [], { type: 'delete' })]
    const overlay = { record: { key: recordKey('crm', '1'), id: '1', account, traits: { name: 'Bo' } } }
    const all = [...told, event({ source: 'crm', observedAt: 5, ...overlay })]
    for (const observation of all) expect(addObservation(evidence, observation)).toBe(true)
    for (const observation of all) {
      expect(addObservation(evidence, { ...observation, messageId: 'again', recordedAt: 9 })).toBe(false)
    }
    expect(addObservation(evidence, event({ observedAt: 2 * DAY + 5 }))).toBe(false)
    expect(addObservation(evidence, event({ observedAt: 3 * DAY }))).toBe(true)
    expect(addObservation(evidence, event({ observedAt: DAY }))).toBe(true)
    expect(addObservation(evidence, event({ observedAt: DAY, load: 'monday' }))).toBe(true)
  })

  test('a decision is news where it comes into force', () => {
    const evidence = emptyEvidence()
    const block: Override = {
      id: 'b',
      at: 5,
      by: '',
      reason: '',
      decision: 'override',
      identifier: email,
      verdict: 'block',
    }
    expect(addDecision(evidence, block)).toBe(true)
    expect(addDecision(evidence, block)).toBe(false)
    expect(addDecision(evidence, { ...block, id: 'a', verdict: 'clear' })).toBe(false)
    expect(addDecision(evidence, { ...block, at: 4, id: 'z', verdict: 'clear' })).toBe(false)
    expect(addDecision(evidence, { ...block, id: 'c', verdict: 'clear' })).toBe(true)
    expect(evidence.decisions.size).toBe(1)
    expect(evidence.identifiers.size).toBe(0)
  })
})

describe('names of supports and scopes', () => {
  const anyName = fc.stringMatching(/^[a-z0-9][a-z0-9 _./@+-]{0,9}$/)
  const anyLoad = fc.oneof(fc.constant(''), anyName)
  // Ids of records may hold the very separators.
  const anyId = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('|', '||', 'a|b', ':', 'crm|1'))

  test('a support tells its parts, whatever is in a record id', () => {
    fc.assert(
      fc.property(anyName, anyLoad, anyId, (source, load, id) => {
        const record = { key: recordKey(source, id), id, account, traits: {} }
        const parts = { source, load, recordId: id }
        expect(parseSupport(supportOf(event({ source, load, type: 'record', record })))).toEqual(parts)
        expect(parseSupport(supportOf(event({ source, load, record })))).toEqual({ ...parts, recordId: undefined })
      }),
    )
  })

  test('no two things that can be withdrawn have one name', () => {
    fc.assert(
      fc.property(anyName, anyName, anyId, anyName, (source, load, id, other) => {
        const names = [
          withdrawalScope.source(source),
          withdrawalScope.load(source, load),
          withdrawalScope.record(source, id),
        ]
        expect(new Set(names).size).toBe(3)
        fc.pre(other !== source)
        expect(names).not.toContain(withdrawalScope.source(other))
        expect(names).not.toContain(withdrawalScope.load(other, load))
        expect(names).not.toContain(withdrawalScope.record(other, id))
      }),
    )
  })

  test('what was reinstated is not withdrawn', () => {
    const base = { by: '', reason: '', decision: 'withdrawal' as const, scope: 'crm' }
    const evidence = emptyEvidence()
    addDecision(evidence, { ...base, id: '2', at: 2, verdict: 'reinstated' })
    addDecision(evidence, { ...base, id: '1', at: 1, verdict: 'withdrawn' })
    expect(withdrawnScopes(evidence.decisions.values())('crm')).toBe(false)
    addDecision(evidence, { ...base, id: '3', at: 3, verdict: 'withdrawn' })
    expect(withdrawnScopes(evidence.decisions.values())('crm')).toBe(true)
  })
})
