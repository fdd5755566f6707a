import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Kafka } from '../../src/kafka.ts'

const PART = 500

/** Messages no source should send: they show what becomes of them. */
const broken: Readonly<Record<string, string[]>> = {
  'web-click': [
    '{"id": "cut off',
    '{"id": "00000000-0000-4000-8000-000000000001", "at": "2025-02-30T10:00:00Z", "cookie": "ck-demo", "action": "login"}',
  ],
  observations: [
    JSON.stringify({
      ...{ messageId: 'demo-unknown-kind', source: 'demo', type: 'track', observedAt: '2025-03-01T10:00:00Z' },
      identifiers: [{ kind: 'horoscope', value: 'leo' }],
    }),
  ],
}
export const BROKEN = Object.values(broken).flat().length

/** Sends the files of a data set to the topics they are named for, some broken messages among them; returns how many. */
export async function sendDataset(kafka: Kafka, folder: string, topics: readonly string[]): Promise<number> {
  const producer = await kafka.producer()
  let sent = 0
  try {
    for (const [topic, messages] of Object.entries(broken)) {
      await producer.send(
        topic,
        messages.map((value) => ({ value })),
      )
      sent += messages.length
    }
    await Promise.all(
      topics.map(async (topic) => {
        for await (const part of parts(join(folder, `${topic}.ndjson`))) {
          await producer.send(
            topic,
            part.map((value) => ({ value })),
          )
          sent += part.length
        }
      }),
    )
  } finally {
    await producer.close()
  }
  return sent
}

async function* parts(file: string): AsyncIterable<string[]> {
  let part: string[] = []
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    part.push(line)
    if (part.length < PART) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}
