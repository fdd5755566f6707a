import { sources } from '../ingest/sources/sources.ts'
import { understand } from '../ingest/understand.ts'
import { bug } from '../src/errors.ts'
import { type GenerateOptions, generate, type Message } from '../src/generator/generate.ts'
import type { Policy } from '../src/identity/policy.ts'
import type { Observation } from '../src/identity/types.ts'

export interface GeneratedObservation {
  readonly topic: string
  /** As a canonical message. */
  readonly message: object
  readonly observation: Observation
  readonly redelivered: boolean
}

/** What a made-up retailer's sources say, in the order of its arrival, as the workers understand it. */
export function generatedObservations(options: GenerateOptions, policy: Policy): Generator<GeneratedObservation> {
  return observationsIn(generate(options), policy)
}

export function* observationsIn(messages: Iterable<Message>, policy: Policy): Generator<GeneratedObservation> {
  const reading = { policy, now: Number.MAX_SAFE_INTEGER, recordedAt: 0 }
  for (const { topic, body, redelivered } of messages) {
    const mapping = sources.get(topic) ?? bug('a topic without a mapping')
    const read = understand(Buffer.from(JSON.stringify(body)), mapping, reading)
    if (read.kind !== 'understood') continue
    yield { topic, message: read.message, observation: read.observation, redelivered: redelivered === true }
  }
}
