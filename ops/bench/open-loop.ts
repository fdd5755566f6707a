import { setTimeout as sleep } from 'node:timers/promises'
import { SelfsameError } from '../../src/errors.ts'
import type { KafkaProducer, OutgoingMessage } from '../../src/kafka.ts'

/** How many messages of a steady stream are due, some milliseconds after its start: the first at once. */
export function dueAfter(milliseconds: number, perSecond: number): number {
  return milliseconds < 0 ? 0 : Math.floor((milliseconds * perSecond) / 1000) + 1
}

/** Milliseconds after the start at which a message is due. */
export function dueAt(place: number, perSecond: number): number {
  return (place * 1000) / perSecond
}

export interface OpenLoop {
  readonly producer: KafkaProducer
  readonly topic: string
  readonly messages: Iterator<OutgoingMessage>
  readonly perSecond: number
  readonly seconds: number
  /** Milliseconds for which messages wait to be sent together: a request each would measure Kafka. Default: 5. */
  readonly lingerMs?: number
  /** Is told of each message as it is handed over, with the moment (`performance.now()`) at which it was due. */
  readonly onDue: (message: OutgoingMessage, due: number, place: number) => void
}

const LINGER_MS = 5
const LATEST_MS = 5000

/**
 * Sends a steady stream whatever becomes of it: a message is sent when it is due, not when those before have arrived,
 * so that a stall delays what is measured and not the measuring. Answers how many were sent, when all have arrived.
 * Throws `bench_wrong` where the producer itself cannot keep up: its figures would be about the producer.
 */
export async function produceSteadily(loop: OpenLoop): Promise<number> {
  const { producer, topic, messages, perSecond, seconds, lingerMs = LINGER_MS, onDue } = loop
  const total = Math.round(perSecond * seconds)
  const start = performance.now()
  const sending = new Set<Promise<unknown>>()
  let failure: unknown
  for (let place = 0; place < total && failure === undefined; ) {
    const now = performance.now()
    if (now - start - dueAt(place, perSecond) > LATEST_MS) {
      throw new SelfsameError('bench_wrong', 'the producer cannot keep up with the rate asked of it')
    }
    const due: OutgoingMessage[] = []
    for (const end = Math.min(total, dueAfter(now - start, perSecond)); place < end; place += 1) {
      const { value: message, done } = messages.next()
      if (done) throw new SelfsameError('bug', 'a benchmark ran out of messages')
      onDue(message, start + dueAt(place, perSecond), place)
      due.push(message)
    }
    if (due.length > 0) {
      const sent = producer.send(topic, due).catch((error) => {
        failure = error
      })
      sending.add(sent)
      void sent.then(() => sending.delete(sent))
    }
    await sleep(lingerMs)
  }
  await Promise.all(sending)
  if (failure !== undefined) throw failure
  return total
}
