import { iso } from '../../src/generator/mention.ts'
import { below, randomOf } from '../../src/generator/random.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import type { Known } from './api-questions.ts'
import { messageOf, novelStream } from './novel-messages.ts'

/** One in so many events joins two customers that are known: five a second of five hundred. */
const EVERY = 100
const SEED = 13
const START = Date.UTC(2026, 0, 1)

/** New events, and among them such as show that two of these identifiers are one customer's. */
export function* mergingStream(known: readonly Known[]): Generator<OutgoingMessage> {
  const others = novelStream()
  const random = randomOf(SEED, 'novel', 0)
  const drawn = () => known[below(random, known.length)] as Known
  for (let number = 0; ; number += 1) {
    const { value, done } = others.next()
    if (done) return
    yield number % EVERY === 0 ? merge(number, [drawn(), drawn()]) : value
  }
}

function merge(number: number, identifiers: readonly Known[]): OutgoingMessage {
  const cookie = { kind: 'cookie', value: `merge-${number}` }
  return messageOf({
    ...{ messageId: `merge-${number}`, source: 'web', type: 'identify', observedAt: iso(START + number * 1000) },
    identifiers: [cookie, ...identifiers],
  })
}
