import { type NovelEvent, novelEvents } from '../../src/generator/novel-events.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'

const SEED = 3

/** Messages to measure, each bringing something new, and others to warm up with that share no identifier with them. */
export function novelMessages(
  count: number,
  warmUp: number,
): { measured: OutgoingMessage[]; warmUp: OutgoingMessage[] } {
  // A quarter of the events speak of people seen before: of twice as many, enough speak of new people alone.
  const events = [...novelEvents({ count: count + 2 * warmUp, seed: SEED })]
  const measured = events.slice(0, count)
  const spoken = new Set(measured.flatMap(keysOf))
  const apart = events.slice(count).filter((event) => keysOf(event).every((key) => !spoken.has(key)))
  return { measured: measured.map(messageOf), warmUp: apart.slice(0, warmUp).map(messageOf) }
}

/** More of them than any run takes, built as they are taken. */
export function novelStream(): IteratorObject<OutgoingMessage> {
  return novelEvents({ count: 10_000_000, seed: SEED }).map(messageOf)
}

function keysOf({ identifiers }: NovelEvent): string[] {
  return identifiers.map(({ kind, value }) => `${kind}:${value}`)
}

/** Its partition is that of its first identifier. */
export function messageOf(event: NovelEvent): OutgoingMessage {
  return { key: keysOf(event)[0] ?? null, value: JSON.stringify(event) }
}
