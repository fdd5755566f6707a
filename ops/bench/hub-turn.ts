import { identifierKey } from '../../src/identity/keys.ts'
import type { KafkaProducer, OutgoingMessage } from '../../src/kafka.ts'
import type { BenchWorker } from './bench-worker.ts'
import type { Ground } from './ground.ts'
import { hubNews, hubNewsKey } from './hub-messages.ts'
import { produceSteadily } from './open-loop.ts'
import { rowsOf } from './raw-cypher.ts'
import { TOPIC } from './until-committed.ts'
import { startVisibility } from './visibility.ts'

export interface TurnOptions {
  readonly ground: Ground
  readonly worker: BenchWorker
  readonly producer: KafkaProducer
  /** Events of customers that have nothing to do with the hub. */
  readonly others: Iterator<OutgoingMessage>
  readonly othersPerSecond: number
  /** Events of the hub; 0: none. */
  readonly hubPerSecond: number
  readonly seconds: number
  /** How many events the hub has had in turns before. */
  readonly hubBefore: number
}

export interface Turn {
  /** Milliseconds from the moment an event was due until the graph had it. */
  readonly others: readonly number[]
  readonly hub: readonly number[]
  readonly sent: number
  readonly hubSent: number
}

const ASK_EVERY_MS = 20
/** Of the events of others, one in so many is watched. */
const WATCHED = 3

/** A while of others' events at a steady rate, with or without events of the hub beside them. */
export async function runTurn(options: TurnOptions): Promise<Turn> {
  const { ground, worker, producer, others, othersPerSecond, hubPerSecond, seconds, hubBefore } = options
  const topic = worker.topicName(TOPIC)
  const ofOthers = startVisibility<string>({ ask: (keys) => seen(ground, keys, true), everyMs: ASK_EVERY_MS })
  // Behind the hole an identifier may be left without a customer: there its evidence counts.
  const ofHub = startVisibility<string>({ ask: (keys) => seen(ground, keys, false), everyMs: ASK_EVERY_MS })
  const steady = produceSteadily({
    ...{ producer, topic, messages: others, perSecond: othersPerSecond, seconds },
    onDue: (message, due, place) => {
      if (place % WATCHED > 0) return
      const [{ kind, value }] = JSON.parse(String(message.value)).identifiers
      // A browser's cookie is new whenever it opens an event.
      if (kind === 'cookie') ofOthers.watch(identifierKey(kind, value), due)
    },
  })
  const beside =
    hubPerSecond === 0
      ? 0
      : produceSteadily({
          ...{ producer, topic, messages: newsFrom(hubBefore), perSecond: hubPerSecond, seconds },
          onDue: (_, due, place) => ofHub.watch(hubNewsKey(hubBefore + place), due),
        })
  const [sent, hubSent] = await Promise.all([steady, beside])
  return { others: await ofOthers.end(), hub: await ofHub.end(), sent, hubSent }
}

function* newsFrom(first: number): Generator<OutgoingMessage> {
  for (let number = first; ; number += 1) yield hubNews(number)
}

async function seen({ graph }: Ground, keys: readonly string[], withCustomer: boolean): Promise<boolean[]> {
  const rows = await rowsOf<{ key: string; customer: boolean }>(graph, 'customers-of', { keys })
  const customers = new Map(rows.map(({ key, customer }) => [key, customer]))
  return keys.map((key) => (withCustomer ? customers.get(key) === true : customers.has(key)))
}
