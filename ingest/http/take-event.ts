import { randomUUID } from 'node:crypto'
import type { Policy } from '../../src/identity/policy.ts'
import type { IdentifierKey, Millis } from '../../src/identity/types.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import type { WriteKey } from '../../src/keys/access-key.ts'
import { MAX_MESSAGE_BYTES } from '../decode.ts'
import { type DeadLetter, deadLetter } from '../outcome.ts'
import { said } from '../shape.ts'
import { accept } from '../understand.ts'
import { claimOf, type LeftOut } from './claim.ts'
import { observedAtOf } from './observed-at.ts'
import { readEvent, type SegmentContext } from './segment-event.ts'

export interface TakenEvent {
  readonly kind: 'taken'
  readonly message: OutgoingMessage
  readonly identifiers: readonly IdentifierKey[]
  readonly leftOut: readonly LeftOut[]
}

export interface Circumstances {
  readonly key: WriteKey
  readonly policy: Policy
  readonly receivedAt: Millis
  /** Of the whole batch. */
  readonly sentAt?: string | undefined
  readonly context?: SegmentContext | null | undefined
}

/**
 * What becomes of one event of a request: a canonical message for the topic, or the reason why not. What is taken here
 * the workers take too. Never throws, whatever the value.
 */
export function takeEvent(value: unknown, circumstances: Circumstances): TakenEvent | DeadLetter {
  const { key, policy, receivedAt, sentAt, context } = circumstances
  const read = readEvent(value)
  if (read.kind === 'dead_letter') return read
  const event = read.body
  const { message, leftOut } = claimOf(event, {
    ...{ key, policy, context },
    messageId: said(event.messageId) ?? randomUUID(),
    observedAt: observedAtOf(event, { receivedAt, sentAt }),
  })
  const accepted = accept(message, { policy, recordedAt: receivedAt, now: receivedAt })
  if (accepted.kind === 'dead_letter') return accepted
  const text = JSON.stringify(message)
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return deadLetter('too_large')
  return {
    kind: 'taken',
    message: { key: accepted.firstKey, value: text },
    identifiers: [
      accepted.firstKey,
      ...accepted.observation.identifiers.flatMap(({ key }) => (key === accepted.firstKey ? [] : key)),
    ],
    leftOut: [...leftOut, ...accepted.leftOut.map((reason) => ({ reason }))],
  }
}

/** An event as it came, to be kept where it is refused; without the write key, which browsers send along. */
export function bytesOf(value: unknown): Buffer {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const kept = isObject ? { ...value, writeKey: undefined } : value
  return Buffer.from(JSON.stringify(kept))
}

/** What was left out of many events, counted. */
export function counted(leftOut: readonly LeftOut[]): (LeftOut & { readonly count: number })[] {
  const counts = new Map<string, LeftOut & { count: number }>()
  for (const each of leftOut) {
    const name = `${each.reason} ${each.kind}`
    const known = counts.get(name)
    if (known === undefined) counts.set(name, { ...each, count: 1 })
    else known.count += 1
  }
  return [...counts.values()]
}
