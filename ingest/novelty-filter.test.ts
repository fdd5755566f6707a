import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addObservation, emptyEvidence } from '../src/identity/evidence.ts'
import type { Observation } from '../src/identity/types.ts'
import { anyObservation } from '../test/oracle/populations.ts'
import { account, cookie, email, event, row } from '../test/told.ts'
import { createNoveltyFilter, type Known } from './novelty-filter.ts'

const isClaim = ({ type }: Observation) => type === 'record' || type === 'delete'

function traitsOf(o: Observation, change: (traits: Record<string, string>) => Record<string, string>): Observation {
  return o.record === undefined ? o : { ...o, record: { ...o.record, traits: change({ ...o.record.traits }) } }
}

interface Told {
  readonly observation: Observation
  /** Whether the filter hears that the graph has it. */
  readonly heard: boolean
}

// From a small pool: most of what is told was told before in some part, at another time or by another load.
const anyStream: fc.Arbitrary<Told[]> = fc.array(anyObservation, { minLength: 1, maxLength: 12 }).chain((pool) =>
  fc.array(
    fc
      .record({
        one: fc.constantFrom(...pool),
        observedAt: fc.option(fc.integer({ min: 0, max: 7 }).map((half) => half * 43_200_000)),
        recordedAt: fc.integer({ min: 0, max: 9 }),
        deleted: fc.boolean(),
        name: fc.constantFrom('An', 'Binh'),
        only: fc.option(fc.nat({ max: 3 })),
        heard: fc.constantFrom(true, true, true, false),
      })
      .map(({ one, observedAt, recordedAt, deleted, name, only, heard }) => {
        const type = !isClaim(one) ? one.type : deleted ? 'delete' : 'record'
        const stays = (key: string, index: number) => index === only || (isClaim(one) && key === one.record?.account)
        const identifiers = one.identifiers.filter(({ key }, index) => only === null || stays(key, index))
        const when = { observedAt: observedAt ?? one.observedAt, recordedAt }
        const named = traitsOf(one, (traits) => (traits.name ? { ...traits, name } : traits))
        return { observation: { ...named, type, identifiers, ...when } as Observation, heard }
      }),
    { minLength: 2, maxLength: 30 },
  ),
)
const anyCapacity = fc.constantFrom(2, 16, 1000)

/** What a filter that overlooks something would answer instead. */
type Answer = (known: Known, observation: Observation) => boolean
const knows: Answer = (known, observation) => known.knows(observation)

/** Fails where something is said to be known that changes the evidence. Answers how many were. */
function check(stream: readonly Told[], capacity: number, answer: Answer, blur = (o: Observation) => o): number {
  const known = createNoveltyFilter({ entries: capacity }).at(0)
  const evidence = emptyEvidence()
  let count = 0
  for (const { observation, heard } of stream) {
    const isKnown = answer(known, blur(observation))
    const before = isKnown ? structuredClone(evidence) : undefined
    const news = addObservation(evidence, observation)
    if (isKnown) {
      count += 1
      expect(news).toBe(false)
      expect(evidence).toEqual(before)
    } else if (heard) known.learn(blur(observation))
  }
  return count
}

test('what is known changes nothing in the evidence, in thousands of streams', () => {
  let count = 0
  fc.assert(
    fc.property(anyStream, anyCapacity, (stream, capacity) => {
      count += check(stream, capacity, knows)
    }),
    { numRuns: 3000 },
  )
  // Of some 45,000: a filter that knows nothing would pass as well.
  expect(count).toBeGreaterThan(1500)
})

test('what was learned last is known, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(anyObservation, { maxLength: 10 }), anyObservation, (before, observation) => {
      const known = createNoveltyFilter({ entries: 100 }).at(0)
      for (const each of before) known.learn(each)
      known.learn(observation)
      // An earlier sighting may have been recorded later: then this one is history of its own.
      const fresh = before.every(({ recordedAt }) => recordedAt <= observation.recordedAt)
      if (fresh) expect(known.knows(observation)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

describe('a filter that overlooks', () => {
  const at = (o: Observation, observedAt: number) => ({ ...o, observedAt })
  const times = Array.from({ length: 8 }, (_, half) => half * 43_200_000)

  const answers: readonly (readonly [string, Answer])[] = [
    [
      'an earlier time',
      (known, o) => !isClaim(o) && times.some((time) => time >= o.observedAt && known.knows(at(o, time))),
    ],
    [
      'a later day',
      (known, o) => !isClaim(o) && times.some((time) => time <= o.observedAt && known.knows(at(o, time))),
    ],
    ['that it was recorded earlier', (known, o) => known.knows({ ...o, recordedAt: 9 })],
    ['pairs', (known, o) => !isClaim(o) && o.identifiers.every((one) => known.knows({ ...o, identifiers: [one] }))],
    ['one identifier', (known, o) => !isClaim(o) && known.knows({ ...o, identifiers: o.identifiers.slice(1) })],
  ]
  test.each(answers)('%s is found out', (_, answer) => expect(() => many(answer)).toThrow())

  const blurs: readonly (readonly [string, (o: Observation) => Observation])[] = [
    ['the source', (o) => ({ ...o, source: '' })],
    ['the load', (o) => ({ ...o, load: '' })],
    ['that a row is a claim', (o) => ({ ...o, type: o.type === 'record' ? 'track' : o.type })],
    ['a deletion', (o) => ({ ...o, type: o.type === 'delete' ? 'record' : o.type })],
    ['the time of a row', (o) => (isClaim(o) ? at(o, 0) : o)],
    ['traits of a row', (o) => (isClaim(o) ? traitsOf(o, () => ({})) : o)],
    ['traits of events', (o) => (isClaim(o) ? o : traitsOf(o, () => ({})))],
    ['the value of an event’s trait', (o) => (isClaim(o) ? o : traitsOf(o, (t) => (t.name ? { ...t, name: '' } : t)))],
    ['what a row claims', (o) => (isClaim(o) ? { ...o, identifiers: [] } : o)],
  ]
  test.each(blurs)('%s is found out', (_, blur) => expect(() => many(knows, blur)).toThrow())

  function many(answer: Answer, blur?: (o: Observation) => Observation): void {
    fc.assert(
      fc.property(anyStream, (stream) => void check(stream, 1000, answer, blur)),
      { numRuns: 3000, endOnFailure: true },
    )
  }
})

describe('a drop', () => {
  const seen = event()

  test('by another epoch forgets everything, and voids what was read before it', () => {
    const drops: string[] = []
    const filter = createNoveltyFilter({ entries: 100, onDrop: (reason) => drops.push(reason) })
    const before = filter.at(1)
    before.learn(seen)
    expect(filter.at(1).knows(seen)).toBe(true)
    const after = filter.at(2)
    expect(after.knows(seen)).toBe(false)
    // Committed before the evidence was removed, told afterwards.
    before.learn(seen)
    expect(before.knows(seen)).toBe(false)
    expect(filter.at(2).knows(seen)).toBe(false)
    expect(filter.entries).toBe(0)
    expect(drops).toEqual(['epoch'])
  })

  test('by a graph that went back does the same', () => {
    const filter = createNoveltyFilter({ entries: 100 })
    const before = filter.at(1)
    before.learn(seen)
    filter.drop('went_back')
    before.learn(seen)
    expect(filter.at(1).knows(seen)).toBe(false)
  })
})

test('a combination of known facts is known, a new one is not', () => {
  const known = createNoveltyFilter({ entries: 100 }).at(0)
  known.learn(event())
  expect(known.knows(event({ identifiers: event().identifiers.slice(0, 1) }))).toBe(true)
  known.learn(row(0, { name: 'An' }, [email]))
  expect(known.knows(row(0, { name: 'An' }, [email]))).toBe(true)
  expect(known.knows(row(0, { name: 'An' }, [cookie]))).toBe(false)
  expect(known.knows(row(1, { name: 'An' }, [email])), 'told again of a later time: a version of its own').toBe(false)
  expect(known.knows(event({ source: 'crm', identifiers: row(0, {}, [email]).identifiers })), account).toBe(false)
})

test('memory is bounded: what was not asked for is forgotten first', () => {
  const filter = createNoveltyFilter({ entries: 1000 })
  const known = filter.at(0)
  const one = (n: number) =>
    event({ identifiers: [{ key: `cookie:${n}` as typeof cookie, kind: 'cookie', value: `${n}` }] })
  for (let n = 0; n < 10_000; n += 1) {
    known.learn(one(n))
    expect(known.knows(one(0))).toBe(true)
  }
  expect(filter.entries).toBeLessThanOrEqual(1000)
  expect(known.knows(one(9999))).toBe(true)
  expect(known.knows(one(5000))).toBe(false)
})

test('without entries nothing is known', () => {
  const known = createNoveltyFilter({ entries: 0 }).at(0)
  known.learn(event())
  expect(known.knows(event())).toBe(false)
})
