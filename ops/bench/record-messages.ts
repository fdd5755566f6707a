import type { Policy } from '../../src/identity/policy.ts'
import type { Observation } from '../../src/identity/types.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import { generatedObservations } from '../generated-observations.ts'

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
  const options = { people: Math.ceil(count / A_PERSON), seed: SEED, noise: 1 }
  let told = 0
  for (const { topic, message, observation, redelivered } of generatedObservations(options, policy)) {
    if (topic === 'web-click' || redelivered || Object.keys(observation.record?.traits ?? {}).length === 0) continue
    yield { body: message, observation }
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
