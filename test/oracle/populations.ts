import * as fc from 'fast-check'
import { withdrawalScope } from '../../src/identity/evidence.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../../src/identity/keys.ts'
import { createPolicy, type Policy } from '../../src/identity/policy.ts'
import type { Assertion, Decision, IdentifierKey, Observation, Override, Withdrawal } from '../../src/identity/types.ts'
import { type TestMatching, testMatching } from './test-matching.ts'
import type { Item } from './what-counts.ts'

/** A world to resolve: what was said, by what rules. */
export interface World {
  readonly items: readonly Item[]
  readonly policy: Policy
  readonly matching: TestMatching
}

// Few values, few times, small limits: in a large world nothing collides, and a test of collisions finds none.
const HALF_DAY = 43_200_000
const POOL = {
  email: ['1', '2', '3', '9'],
  phone: ['1', '2', '3'],
  cookie: ['1', '2', '3'],
  national_id: ['1', '2'],
} as const
const SOURCES = [
  { source: 'crm', kind: 'crm_contact', scoped: true, ids: ['1', '2', '3'] },
  { source: 'pos', kind: 'pos_account', scoped: true, ids: ['1', '2'] },
  // Two programmes name the same cards: two records about one account.
  { source: 'club', kind: 'loyalty_card', scoped: false, ids: ['1', '2'] },
  { source: 'shop', kind: 'loyalty_card', scoped: false, ids: ['1', '2'] },
] as const
const KINDS = [...Object.keys(POOL), 'crm_contact', 'pos_account', 'loyalty_card']

const anyTime = fc.integer({ min: 0, max: 7 }).map((half) => half * HALF_DAY)
const anyLoad = fc.constantFrom('', '', '', 'L1', 'L2')
const RECORDS = SOURCES.map(({ source, kind, scoped, ids }) =>
  ids.map((id) => ({ source, id, account: identifierKey(kind, scoped ? `${source}:${id}` : id) })),
)
const anyRecord = fc.constantFrom(...RECORDS).chain((ofSource) => fc.constantFrom(...ofSource))
const anyPooled: fc.Arbitrary<IdentifierKey> = fc
  .constantFrom(...Object.entries(POOL))
  .chain(([kind, values]) => fc.constantFrom(...values).map((value) => identifierKey(kind, value)))
export const anyIdentifier = fc.oneof(
  { weight: 3, arbitrary: anyPooled },
  { weight: 2, arbitrary: anyRecord.map((r) => r.account) },
)
const anyTraits = fc.record(
  { name: fc.constantFrom('An', 'Binh'), birthday: fc.constantFrom('1960', '1991', '1992') },
  { requiredKeys: [] },
)

export const anyObservation: fc.Arbitrary<Observation> = fc
  .record({
    type: fc.constantFrom<Observation['type']>('record', 'record', 'identify', 'track', 'track', 'delete'),
    record: anyRecord,
    withRecord: fc.boolean(),
    traits: anyTraits,
    load: anyLoad,
    observedAt: anyTime,
    recordedAt: fc.integer({ min: 0, max: 9 }),
    others: fc.array(anyIdentifier, { maxLength: 3 }),
    messageId: fc.nat({ max: 9999 }),
  })
  .map(({ type, record, withRecord, traits, load, observedAt, recordedAt, others, messageId }) => {
    const about = type === 'record' || type === 'delete' || withRecord || others.length === 0
    const keys = [...new Set([...others, ...(about ? [record.account] : [])])].sort(compareKeys)
    return {
      messageId: `m${messageId}`,
      source: about ? record.source : 'web',
      load,
      type,
      observedAt,
      recordedAt,
      identifiers: keys.map(identifierOf),
      ...(about
        ? { record: { key: recordKey(record.source, record.id), id: record.id, account: record.account, traits } }
        : {}),
    }
  })

export const anyScope = fc.oneof(
  fc.constantFrom('crm', 'pos', 'web').map(withdrawalScope.source),
  fc.tuple(fc.constantFrom('crm', 'club', 'web'), fc.constantFrom('L1', 'L2')).map((at) => withdrawalScope.load(...at)),
  anyRecord.map(({ source, id }) => withdrawalScope.record(source, id)),
)
// Sometimes the same by another load: it stands while one of them does.
const anyDelivered = fc
  .tuple(
    anyObservation,
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(anyLoad) }),
  )
  .map(([observation, loads]) => [observation, ...loads.map((load) => ({ ...observation, load }))])

type WithoutId<D> = D extends unknown ? Omit<D, 'id'> : never
const bySteward = { by: 'steward', reason: '' }
const assertionOf = (anyPair: fc.Arbitrary<readonly [IdentifierKey, IdentifierKey]>) =>
  fc
    .record({
      at: anyTime,
      pair: anyPair.filter(([a, b]) => a !== b),
      verdict: fc.constantFrom<Assertion['verdict']>('same', 'same', 'not_same', 'not_same', 'withdrawn'),
    })
    .map(({ at, pair, verdict }) => {
      const [a, b] = pair.toSorted(compareKeys) as [IdentifierKey, IdentifierKey]
      return { ...bySteward, decision: 'assertion' as const, at, a, b, verdict }
    })
// The placeholder of these policies more often than its share: allowed, it is one identifier among others.
const anyOverridden = fc.oneof(anyIdentifier, fc.constant(identifierKey('email', '9')))
const anyOverride = fc
  .record({ at: anyTime, identifier: anyOverridden, verdict: fc.constantFrom('block', 'allow', 'clear') })
  .map((rest) => ({ ...bySteward, decision: 'override' as const, ...rest }) as WithoutId<Override>)
const anyWithdrawal = fc
  .record({ at: anyTime, scope: anyScope, verdict: fc.constantFrom('withdrawn', 'withdrawn', 'reinstated') })
  .map((rest) => ({ ...bySteward, decision: 'withdrawal' as const, ...rest }) as WithoutId<Withdrawal>)
const anyAssertion = assertionOf(fc.tuple(anyIdentifier, anyIdentifier))

// Decisions collide only where they are about the same few: a chain of SAME_AS that a NOT_SAME_AS must cut, and
// what one person says after another.
const DISPUTED = [identifierKey('email', '1'), identifierKey('phone', '1'), identifierKey('cookie', '1')] as const
const [x, y, z] = DISPUTED
const anyDispute = fc
  .tuple(
    ...(
      [
        [x, y],
        [y, z],
        [x, z],
      ] as const
    ).map((pair) => assertionOf(fc.constant(pair))),
  )
  .chain((three) =>
    fc.array(assertionOf(fc.constantFrom([x, y], [x, z])), { maxLength: 2 }).map((more) => [...three, ...more]),
  )

/** Decisions with ids of their own, which say nothing of their order in time. */
function withIds(decisions: readonly WithoutId<Decision>[]): Decision[] {
  return decisions.map((decision, index) => ({ ...decision, id: `d${(index * 7) % 10}${index}` }))
}
const anyDecisions: fc.Arbitrary<Item[]> = fc
  .tuple(
    fc.array(fc.oneof(anyAssertion, anyOverride, anyWithdrawal), { maxLength: 4 }),
    fc.option(fc.tuple(anyDispute, anyTime)),
  )
  .map(([others, dispute]) => {
    if (dispute === null) return withIds(others)
    const [decisions, observedAt] = dispute
    // About what was never observed an assertion only waits.
    return [...withIds([...others, ...decisions]), ...DISPUTED.map((key) => sighting(key, observedAt))]
  })

function sighting(key: IdentifierKey, observedAt: number): Observation {
  const identifiers = [identifierOf(key)]
  return { messageId: key, source: 'app', load: '', type: 'track', observedAt, recordedAt: observedAt, identifiers }
}

// A phone that changes hands: two accounts or three with full traits, one after another.
const anyHandover: fc.Arbitrary<Observation[]> = fc
  .tuple(
    fc.shuffledSubarray(RECORDS.flat(), { minLength: 2, maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom('An', 'Binh'), fc.constantFrom('1960', '1991', '1992')), {
      minLength: 3,
      maxLength: 3,
    }),
  )
  .map(([records, said]) =>
    records.map(({ source, id, account }, turn): Observation => {
      const [name = '', birthday = ''] = said[turn] ?? []
      const observedAt = 3 * turn * HALF_DAY
      return {
        ...{ messageId: `handover${turn}`, source, load: '', type: 'record', observedAt, recordedAt: 0 },
        identifiers: [account, identifierKey('phone', '1')].sort(compareKeys).map(identifierOf),
        record: { key: recordKey(source, id), id, account, traits: { name, birthday } },
      }
    }),
  )

const anyKindPolicy = fc.record({
  strength: fc.constantFrom(0.99, 0.95, 0.9, 0.85, 0.7),
  perCustomer: fc.constantFrom(null, null, null, 2, 1, 0),
  sharedAbove: fc
    .array(fc.tuple(fc.constantFrom(...KINDS), fc.constantFrom(3, 2, 2, 1, 0)), { maxLength: 2 })
    .map((limits) => Object.fromEntries(limits)),
  placeholders: fc.constantFrom([], [], ['9*']),
  changesHands: fc.boolean(),
})

const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    kinds: fc.record(Object.fromEntries(KINDS.map((kind) => [kind, anyKindPolicy]))),
    links: fc.array(
      fc.record({
        kinds: fc.tuple(fc.constantFrom(...KINDS), fc.constantFrom(...KINDS)),
        probability: fc.constantFrom(0.98, 0.9, 0.8),
      }),
      { maxLength: 2 },
    ),
    bands: fc.constantFrom([0.97, 0.9, 0.8], [0.9], [0.95, 0.9]),
    linkThreshold: fc.constantFrom(0.85, 0.95),
    maxIdentifiers: fc.constantFrom(200, 200, 200, 6, 5, 4, 3, 2),
    matching: fc.constantFrom(50, 50, 2, 3, 7).map((maxBlock) => ({ maxBlock })),
    reviewThreshold: fc.constantFrom(0.5, 0.5, 0.85),
  })
  .map(createPolicy)

export const anyWorld: fc.Arbitrary<World> = fc
  .record({
    items: fc
      .tuple(fc.array(anyDelivered, { minLength: 1, maxLength: 16, size: 'max' }), anyDecisions, fc.option(anyHandover))
      .map(([observations, decisions, handover]) => [...observations.flat(), ...decisions, ...(handover ?? [])]),
    policy: anyPolicy,
    matching: fc.nat({ max: 999 }).map(testMatching),
  })
  .map((world) => ({ ...world, [fc.toStringMethod]: () => told(world) }))

/** A world as a failing property prints it: one line an item, and of the policy what is not its default. */
function told({ items, policy, matching }: World): string {
  const lines = items.map((item) => {
    if (!('messageId' in item)) return JSON.stringify(item)
    const { source, load, type, observedAt, recordedAt, identifiers, record } = item
    const named = identifiers.map(({ key }) => key).join(' ')
    const about = record === undefined ? '' : ` record ${record.key} ${JSON.stringify(record.traits)}`
    return `${observedAt / HALF_DAY}: ${type} by ${source}${load && `/${load}`} ${named}${about} (recorded ${recordedAt})`
  })
  const kinds = Object.entries(policy.kinds).map(
    ([kind, { strength, perCustomer, sharedAbove, placeholders, changesHands }]) =>
      JSON.stringify({ kind, strength, perCustomer, sharedAbove, placeholders, changesHands }),
  )
  const { links, bands, linkThreshold, reviewThreshold, maxIdentifiers } = policy
  return [
    '',
    ...lines,
    ...kinds,
    JSON.stringify({ links, bands, linkThreshold, reviewThreshold, maxIdentifiers }),
    JSON.stringify({ maxBlock: policy.matching.maxBlock, salt: matching.salt }),
    '',
  ].join('\n')
}

/** Another order of the same items, some of them said again under another message id and recorded at another time. */
export function rearranged(items: readonly Item[], picks: readonly number[]): Item[] {
  const again = picks.slice(0, 4).flatMap((pick): Item[] => {
    const item = items[pick % items.length]
    if (item === undefined) return []
    return 'messageId' in item ? [{ ...item, messageId: `again${pick}`, recordedAt: pick % 11 }] : [item]
  })
  return [...items, ...again]
    .map((item, index) => ({ item, pick: picks[index % picks.length] ?? 0 }))
    .toSorted((a, b) => a.pick - b.pick)
    .map(({ item }) => item)
}
/** What `rearranged` shuffles by. */
export const anyPicks = fc.array(fc.nat({ max: 1000 }), { minLength: 30, maxLength: 30 })
