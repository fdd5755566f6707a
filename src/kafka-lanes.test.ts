import { setImmediate } from 'node:timers/promises'
import type { EachBatchPayload } from 'kafkajs'
import { expect, test } from 'vitest'
import type { KafkaBatch } from './kafka-consumer.ts'
import { createLanes } from './kafka-lanes.ts'
import { createLogger } from './telemetry.ts'

/** Long enough for all that waits for no clock. */
async function turns() {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate()
}

function lanesWith(onBatch: (batch: KafkaBatch) => Promise<void>) {
  return createLanes({
    onBatch,
    consumer: { pause: () => undefined, resume: () => undefined, seek: () => undefined, commitOffsets: async () => {} },
    logger: createLogger({ process: 'test', level: 'silent' }),
    stop: new AbortController().signal,
  } as unknown as Parameters<typeof createLanes>[0])
}

function fetched(offsets: readonly number[]): EachBatchPayload {
  const messages = offsets.map((offset) => ({ offset: String(offset), timestamp: '0', value: Buffer.from('{}') }))
  const last = String(offsets.at(-1))
  return {
    batch: { topic: 'web-click', partition: 0, messages, highWatermark: '9', lastOffset: () => last },
    resolveOffset: () => undefined,
    isRunning: () => true,
    isStale: () => false,
  } as unknown as EachBatchPayload
}

const offsetsOf = ({ messages }: KafkaBatch) => messages.map(({ offset }) => Number(offset))

test('a batch follows at once where as many messages came as were done', async () => {
  const handled: number[][] = []
  const lanes = lanesWith(async (batch) => {
    handled.push(offsetsOf(batch))
    if (handled.length === 1) lanes.take(fetched([3, 4]))
    await batch.commit(String(Number(batch.messages.at(-1)?.offset) + 1))
  })
  lanes.take(fetched([1, 2]))
  await turns()
  expect(handled).toEqual([
    [1, 2],
    [3, 4],
  ])
  await lanes.settled()
})

test('what was not committed comes again after a pause, whatever came meanwhile', async () => {
  const handled: number[][] = []
  const lanes = lanesWith(async (batch) => {
    handled.push(offsetsOf(batch))
    if (handled.length === 1) lanes.take(fetched([2]))
    else await batch.commit('3')
  })
  lanes.take(fetched([1]))
  await turns()
  expect(handled).toEqual([[1]])
  await lanes.settled()
  expect(handled).toEqual([[1], [1, 2]])
})
