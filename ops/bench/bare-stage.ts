import { SelfsameError } from '../../src/errors.ts'
import type { Kafka } from '../../src/kafka.ts'

const LONGEST_MS = 300_000

/**
 * The floor under any consumer: a new group reads the topic by the client that workers use, parses every message as
 * JSON and counts its identifiers. Answers messages/s from its first batch to its last. Throws `bench_stuck`.
 */
export async function runBareStage(kafka: Kafka, topic: string, messages: number): Promise<number> {
  const done = Promise.withResolvers<number>()
  let [read, identifiers, start] = [0, 0, 0]
  const consumer = await kafka.consume({
    group: `${topic}-bare-${process.hrtime.bigint()}`,
    topics: [topic],
    onBatch: async ({ messages: batch, commit }) => {
      start ||= performance.now()
      for (const { value } of batch) identifiers += JSON.parse(String(value)).identifiers.length
      read += batch.length
      await commit(String(BigInt(batch.at(-1)?.offset ?? -1) + 1n))
      if (read >= messages) done.resolve((1000 * read) / (performance.now() - start))
    },
  })
  const stuck = new SelfsameError('bench_stuck', 'the bare stage did not read to the end')
  const timer = setTimeout(() => done.reject(stuck), LONGEST_MS)
  try {
    const rate = await done.promise
    if (read === messages && identifiers > 0) return rate
    throw new SelfsameError('bench_wrong', `the bare stage read ${read} of ${messages} messages`)
  } finally {
    clearTimeout(timer)
    await consumer.stop()
  }
}
