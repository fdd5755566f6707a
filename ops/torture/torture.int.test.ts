import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { below, randomOf } from '../../src/generator/random.ts'
import { createLogger } from '../../src/telemetry.ts'
import { live } from '../../test/live.ts'
import { TEST_HEAP_MB } from '../../test/live-setup.ts'
import { createStack } from '../stack/stack.ts'
import { planOf } from './plan-round.ts'
import { type RoundPlan, runRound } from './round.ts'
import type { Fault } from './schedule.ts'
import type { Site } from './site.ts'
import { streamOf } from './stream.ts'

const KILLS = Number(process.env.SELFSAME_KILLS ?? 20)
const SEED = Number(process.env.SELFSAME_SEED ?? Math.floor(Math.random() * 1e6))

const folder = mkdtempSync(join(tmpdir(), 'selfsame-torture-'))
// A stack that was given is somebody else's to stop.
const name = process.env.SELFSAME_TEST_STACK
const site: Site = {
  config: live(),
  stack: name === undefined ? undefined : createStack({ name, heapMb: TEST_HEAP_MB }),
  folder,
  logger: createLogger({ process: 'test', level: 'silent' }),
  closing: new Set(),
}

let kept = false
afterAll(async () => {
  for (const close of site.closing) await close()
  if (!kept) rmSync(folder, { recursive: true, force: true })
})

test(`workers killed ${KILLS} times while they work lose nothing and double nothing (seed ${SEED})`, async () => {
  const faults = await survived(killsAlone())
  expect(faults.kill ?? 0).toBeGreaterThanOrEqual(KILLS * 0.9)
}, 900_000)

test(`nor do workers that are held still and cut off while services go away (seed ${SEED})`, async () => {
  const gone: Fault[] = [
    { kind: 'restart', service: 'neo4j', signal: 'SIGKILL' },
    { kind: 'restart', service: 'kafka', signal: 'SIGTERM' },
  ]
  await survived(planOf(SEED, 1, { workers: [4], batchSizes: [7], faults: [12, 14], expensive: [gone] }))
}, 900_000)

async function survived(plan: RoundPlan): Promise<Readonly<Record<string, number>>> {
  const { differences, faults, bundle } = await runRound(site, plan)
  kept ||= bundle !== undefined
  expect(differences.slice(0, 10), `what is needed to look: ${bundle}`).toEqual([])
  return faults
}

function killsAlone(): RoundPlan {
  const random = randomOf(SEED, 'plan', 0)
  const steps = Array.from({ length: KILLS }, (_, n) => ({
    fault: { kind: 'kill', worker: n % 2, pauseMs: 0 } as const,
    // From before it has joined its group to after it has committed: any moment.
    atWork: n % 4 > 0,
    pauseMs: below(random, 1500),
    share: 1 / KILLS,
  }))
  return {
    name: `torture-${process.pid}-${SEED}-kills`,
    schedule: { workers: 2, batchSize: 50, partitions: 2, steps },
    stream: streamOf(SEED, 0, 1500),
  }
}
