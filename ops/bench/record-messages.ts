import { sources } from '../../ingest/sources/sources.ts'
import { understand } from '../../ingest/understand.ts'
import { generate } from '../../src/generator/generate.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Observation } from '../../src/identity/types.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'

const SEED = 5
/** A generated person tells more messages with traits than that. */
const A_PERSON = 2

/**
 * What a made-up retailer's till, CRM and loyalty programme say about people, in the order of its arrival: each with the
 * traits of a record, none of them told before word for word.
 */
export function* recordObservations(
  count: number,
  policy: Policy,
): Generator<{ body: object; observation: Observation }> {
  const reading = { policy, now: Date.now(), recordedAt: Date.now() }
  let told = 0
  for (const { topic, body, redelivered } of generate({ people: Math.ceil(count / A_PERSON), seed: SEED, noise: 1 })) {
    const mapping = topic === 'web-click' || redelivered ? undefined : sources.get(topic)
    if (mapping === undefined) continue
    const read = understand(Buffer.from(JSON.stringify(body)), mapping, reading)
    if (read.kind !== 'understood' || Object.keys(read.observation.record?.traits ?? {}).length === 0) continue
    yield { body: read.message, observation: read.observation }
    told += 1
    if (told === count) return
  }
}

/** The same as canonical messages. */
export function* recordMessages(count: number, policy: Policy): Generator<OutgoingMessage> {
  for (const { body, observation } of recordObservations(count, policy)) {
    yield { key: observation.identifiers[0]?.key ?? null, value: JSON.stringify(body) }
  }
}
