import { createHash } from 'node:crypto'
import type { KafkaProducer } from '../src/kafka.ts'
import type { Refused } from './apply-batch.ts'

/** The topic that keeps refused messages. */
export const DEAD_LETTERS = 'dead-letters'

interface Kept {
  readonly bytes: Uint8Array | null
}

/** Where a message stood in Kafka. */
export interface Place extends Kept {
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

/** How an event came that was refused over HTTP. */
export interface HttpOrigin extends Kept {
  readonly door: 'http'
  readonly endpoint: string
  readonly source: string
  /** Id of the write key. */
  readonly key: string
}

/** Bytes up to which a refused message is kept whole; of a larger one the digest tells which it was. */
export const MAX_KEPT_BYTES = 256 * 1024

/** Sends refused messages to the topic, without a key; resolves when all replicas have them. */
export async function sendDeadLetters(
  { producer, topic }: { producer: Pick<KafkaProducer, 'send'>; topic: string },
  refused: readonly Refused<Place | HttpOrigin>[],
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
