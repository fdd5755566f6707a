import { sources } from '../../ingest/sources/sources.ts'
import { understand } from '../../ingest/understand.ts'
import { generate } from '../../src/generator/generate.ts'
import { below, chance, pick, type Random, randomOf } from '../../src/generator/random.ts'
import { compareKeys } from '../../src/identity/keys.ts'
import { type Policy, parsePolicy } from '../../src/identity/policy.ts'
import type { Assertion, Decision, IdentifierKey, Override, Withdrawal } from '../../src/identity/types.ts'
import { roundPolicy } from './round-policy.ts'
import { smallWorlds, told } from './worlds.ts'

/** A message as it is sent. */
export interface Outgoing {
  /** Without the ending of the round. */
  readonly topic: string
  /** Chooses the partition, and nothing else: identifiers overlap between partitions. */
  readonly key: string
  readonly value: string
}

export interface Stream {
  /** In the order of sending, repetitions among them. */
  readonly messages: readonly Outgoing[]
  readonly decisions: readonly Decision[]
  /** The policy file's text. */
  readonly policy: string
  readonly order: Order
}

type Order = (typeof ORDERS)[number]

const ORDERS = ['as it happened', 'shuffled', 'backwards'] as const
const AGAIN = 0.15
const PER_PERSON = 12
const PER_WORLD = 10
const HARSH = 0.6
/** About worlds, a round: each waits until no worker is at work. */
const MOST_DECISIONS = 80
/** Rounds in which nobody decides: a decision wakes up more than it is about. */
const QUIET = 0.3
const KEYS = 64
const WORLDS = 'observations'
const BROKEN = 3

/** About so many messages of a round and the decisions beside them; the same seed and round give the same ones. */
export function streamOf(seed: number, round: number, count: number): Stream {
  const random = randomOf(seed, 'message', round)
  const worlds = smallWorlds(below(random, 2 ** 30), Math.ceil(count / 2 / PER_WORLD))
  const harsh = chance(random, HARSH) ? worlds[0]?.policy : undefined
  const policy = roundPolicy(worlds.length, harsh)
  const retail = [...generate({ people: Math.ceil(count / 2 / PER_PERSON), seed: seed * 1000 + round })]
  const worldly = worlds.map(told)
  const messages = [
    ...retail.map(({ topic, body }) => ({ topic, value: JSON.stringify(body) })),
    ...worldly.flatMap((world) => world.messages).map((body) => ({ topic: WORLDS, value: JSON.stringify(body) })),
    ...broken(random),
  ]
  const order = pick(random, ORDERS)
  return {
    policy,
    order,
    messages: repeated(ordered(messages, order, random), random).map((message) => ({
      ...message,
      key: `k${below(random, KEYS)}`,
    })),
    decisions: chance(random, QUIET)
      ? []
      : shuffled(
          [
            ...shuffled(
              worldly.flatMap(({ decisions }) => decisions),
              random,
            ).slice(0, MOST_DECISIONS),
            ...retailDecisions(retail, parsePolicy(policy), random),
          ],
          random,
        ),
  }
}

type Unkeyed = Omit<Outgoing, 'key'>

/** What is no message, for the dead letters: each once at least, and nothing else. */
function broken(random: Random): Unkeyed[] {
  return Array.from({ length: BROKEN }, (_, n) => {
    const topic = pick(random, [...sources.keys()])
    const unknown = { messageId: `b${n}`, source: 'web', type: 'track', observedAt: '2025-03-01T00:00:00Z' }
    const value = chance(random, 0.5)
      ? `{"cut off": ${n}`
      : JSON.stringify({ ...unknown, identifiers: [{ kind: 'horoscope', value: `${n}` }] })
    return { topic, value }
  })
}

function ordered(messages: readonly Unkeyed[], order: Order, random: Random): Unkeyed[] {
  if (order === 'shuffled') return shuffled(messages, random)
  // Retailer and worlds tell at the same time, each in its own order.
  const retail = messages.filter(({ topic }) => topic !== WORLDS).length
  const placed = messages.map((message, index) => {
    const share = message.topic === WORLDS ? (index - retail) / (messages.length - retail) : index / retail
    return { message, at: share + random() * 0.001 }
  })
  const sorted = placed.sort((a, b) => a.at - b.at).map(({ message }) => message)
  return order === 'backwards' ? sorted.reverse() : sorted
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

/** Some messages again, the same bytes, at any place after their first. */
function repeated(messages: readonly Unkeyed[], random: Random): Unkeyed[] {
  const placed = messages.map((message, at) => ({ message, at }))
  const again = placed
    .filter(() => chance(random, AGAIN))
    .map(({ message, at }) => ({ message, at: at + random() * (messages.length - at) }))
  return [...placed, ...again].sort((a, b) => a.at - b.at).map(({ message }) => message)
}

const NOON = Date.UTC(2025, 5, 1, 12)
const by = { by: 'steward', reason: 'torture' }

/** Decisions about the retailer's customers, and a source that is withdrawn and, mostly, reinstated. */
function retailDecisions(
  retail: readonly { topic: string; body: object }[],
  policy: Policy,
  random: Random,
): Decision[] {
  const keys = keysOf(retail.slice(0, 300), policy)
  if (keys.length < 2) return []
  const count = 4 + below(random, 8)
  const about = Array.from({ length: count }, (_, n): Decision => {
    const base = { ...by, id: `r${n}`, at: NOON + below(random, 5) }
    const [a, b] = [pick(random, keys), pick(random, keys)].sort(compareKeys) as [IdentifierKey, IdentifierKey]
    if (a === b || chance(random, 0.4)) {
      const verdict = pick(random, ['block', 'allow', 'clear'] as const)
      return { ...base, decision: 'override', identifier: a, verdict } satisfies Override
    }
    const verdict = pick(random, ['same', 'same', 'not_same', 'withdrawn'] as const)
    return { ...base, decision: 'assertion', a, b, verdict } satisfies Assertion
  })
  const scope = pick(random, ['web', 'pos', 'loyalty'])
  const withdrawal = { ...by, decision: 'withdrawal', scope } as const
  const out: Withdrawal = { ...withdrawal, id: 'out', at: NOON, verdict: 'withdrawn' }
  const back: Withdrawal = { ...withdrawal, id: 'back', at: NOON + 1, verdict: 'reinstated' }
  return [...about, ...(chance(random, 0.8) ? [out, back] : [out])]
}

function keysOf(retail: readonly { topic: string; body: object }[], policy: Policy): IdentifierKey[] {
  const reading = { policy, recordedAt: 0, now: Number.MAX_SAFE_INTEGER }
  const keys = retail.flatMap(({ topic, body }) => {
    const mapping = sources.get(topic)
    const read = mapping && understand(Buffer.from(JSON.stringify(body)), mapping, reading)
    return read?.kind === 'understood' ? read.observation.identifiers.map(({ key }) => key) : []
  })
  return [...new Set(keys)].sort(compareKeys)
}
