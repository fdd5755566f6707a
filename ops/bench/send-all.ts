import type { KafkaProducer, OutgoingMessage } from '../../src/kafka.ts'

const CHUNK = 10_000

/** Sends messages as they are built, so that a long stream never stands in memory. Answers how many there were. */
export async function sendAll(
  producer: KafkaProducer,
  topic: string,
  messages: Iterable<OutgoingMessage>,
): Promise<number> {
  let sent = 0
  let chunk: OutgoingMessage[] = []
  const flush = async () => {
    await producer.send(topic, chunk)
    sent += chunk.length
    chunk = []
  }
  for (const message of messages) {
    if (chunk.push(message) === CHUNK) await flush()
  }
  await flush()
  return sent
}
