import { expect, test } from 'vitest'
import { sources } from '../../ingest/sources/sources.ts'
import { understand } from '../../ingest/understand.ts'
import { parsePolicy } from '../../src/identity/policy.ts'
import { nameOf } from './faults.ts'
import { planOf } from './plan-round.ts'
import { BATCH_SIZES, type Bounds, EXPENSIVE, scheduleOf, WORKERS } from './schedule.ts'
import { streamOf } from './stream.ts'

const bounds: Bounds = { workers: WORKERS, batchSizes: BATCH_SIZES, faults: [14, 22], expensive: EXPENSIVE }
const small: Bounds = { ...bounds, batchSizes: [1] }

test('a seed repeats a round: stream, decisions, policy, setting and faults', () => {
  const [one, other] = [planOf(7, 3, small), planOf(7, 3, small)]
  expect(other).toEqual(one)
  expect(planOf(8, 3, small).stream.messages).not.toEqual(one.stream.messages)
  expect(planOf(7, 4, small).schedule.steps).not.toEqual(one.schedule.steps)
})

test('every number of workers meets every batch size, and every fault comes, within a few rounds', () => {
  const rounds = Array.from({ length: WORKERS.length * BATCH_SIZES.length }, (_, round) => scheduleOf(5, round, bounds))
  const settings = new Set(rounds.map(({ workers, batchSize }) => `${workers} ${batchSize}`))
  expect(settings.size).toBe(rounds.length)
  const kinds = new Set(rounds.flatMap(({ steps }) => steps.map(({ fault }) => nameOf(fault).replace(/^.*-link-/, ''))))
  for (const kind of ['kill', 'stop', 'slow', 'cut', 'refuse', 'freeze', 'swallow', 'flush'])
    expect(kinds).toContain(kind)
  for (const fault of EXPENSIVE.flat()) expect(kinds).toContain(nameOf(fault).replace(/^.*-link-/, ''))
})

test('faults fall upon workers that there are, and the waves are the whole stream', () => {
  for (let round = 0; round < 30; round += 1) {
    const { workers, steps } = scheduleOf(11, round, bounds)
    for (const { fault } of steps) if ('worker' in fault) expect(fault.worker ?? 0).toBeLessThan(workers)
    expect(steps.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  }
})

test('what is sent is read, all but what is broken on purpose', () => {
  const { messages, policy } = streamOf(3, 0, 300)
  const reading = { policy: parsePolicy(policy), recordedAt: 0, now: Date.now() }
  const ends = messages.map(({ topic, value }) => {
    const mapping = sources.get(topic)
    if (mapping === undefined) throw new Error(`no mapping for ${topic}`)
    const read = understand(Buffer.from(value), mapping, reading)
    return read.kind === 'understood' ? 'understood' : read.reason
  })
  expect(ends.filter((end) => end === 'understood').length).toBeGreaterThan(250)
  const refused = new Set(ends.filter((end) => end !== 'understood'))
  for (const reason of refused) expect(['malformed_json', 'unknown_kind', 'missing_field']).toContain(reason)
  const decisions = [0, 1, 2, 3, 4].flatMap((round) => streamOf(3, round, 300).decisions)
  expect(new Set(decisions.map(({ decision }) => decision))).toEqual(new Set(['assertion', 'override', 'withdrawal']))
})
