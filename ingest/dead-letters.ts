import { createHash } from 'node:crypto'
import type { KafkaProducer } from '../src/kafka.ts'
import type { Refused } from './apply-batch.ts'

/** Where a message stood. */
export interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly bytes: Uint8Array | null
}

/** Bytes up to which a refused message is kept whole; of a larger one the digest tells which it was. */
export const MAX_KEPT_BYTES = 256 * 1024

/** Sends refused messages to the topic, without a key; resolves when all replicas have them. */
export async function sendDeadLetters(
  { producer, topic }: { producer: KafkaProducer; topic: string },
  refused: readonly Refused<Place>[],
): Promise<void> {
  const time = new Date().toISOString()
  const messages = refused.map(({ origin: { bytes, ...place }, letter: { reason, field } }) => ({
    value: JSON.stringify({ reason, field, ...place, time, ...keptOf(bytes) }),
  }))
  await producer.send(topic, messages)
}

/** The bytes in base64 or, of very many, their SHA-256 and number; null where the message had no value. */
function keptOf(bytes: Uint8Array | null): object {
  if (bytes === null) return { bytes: null }
  if (bytes.length <= MAX_KEPT_BYTES) return { bytes: Buffer.from(bytes).toString('base64') }
  return digestOf(bytes)
}

function digestOf(bytes: Uint8Array): { sha256: string; length: number } {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), length: bytes.length }
}
