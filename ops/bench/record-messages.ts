import { generateByPeople } from '../../src/generator/generate.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Observation } from '../../src/identity/types.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import { type GeneratedObservation, observationsIn } from '../generated-observations.ts'

/** A generated person tells more messages with traits than that. */
const A_PERSON = 2

export interface RecordStream {
  readonly count: number
  readonly policy: Policy
  /** Messages of the same people; default: all. */
  readonly part?: number
  /** Of the people. */
  readonly seed?: number
}

/**
 * What a made-up retailer's till, CRM and loyalty programme say about people, each with the traits of a record, none of
 * them told before word for word: of some people so many messages, in the order of their arrival, then of others as many.
 * So what a customer has told already is alike at the end of each part, and only the number of others differs.
 */
export function* recordObservations({
  count,
  policy,
  part = count,
  seed = 5,
}: RecordStream): Generator<{ body: object; observation: Observation }> {
  const people = Math.ceil(part / A_PERSON)
  const world = { people: people * Math.ceil(count / part), seed, noise: 1 }
  let left = count
  for (const messages of generateByPeople(world, people)) {
    const told = Iterator.from(observationsIn(messages, policy)).filter(isTold)
    for (const { message, observation } of told.take(Math.min(part, left))) {
      left -= 1
      yield { body: message, observation }
    }
    if (left === 0) return
  }
}

function isTold({ topic, redelivered, observation }: GeneratedObservation): boolean {
  return topic !== 'web-click' && !redelivered && Object.keys(observation.record?.traits ?? {}).length > 0
}

/** The same as canonical messages. */
export function* recordMessages(stream: RecordStream): Generator<OutgoingMessage> {
  for (const { body, observation } of recordObservations(stream)) {
    yield { key: observation.identifiers[0]?.key ?? null, value: JSON.stringify(body) }
  }
}
