import { describe, expect, test, vi } from 'vitest'
import { deliveries } from '../../test/deliveries.ts'
import { pureDoor } from '../../test/pure-door.ts'
import { type DoorState, runScenario } from '../../test/run-scenario.ts'
import { loadScenarios, upTo } from '../../test/scenario.ts'

const SEED = Number(process.env.SELFSAME_SEED ?? Math.floor(Math.random() * 1e9))
vi.setConfig({ testTimeout: 60_000 })

describe.each(loadScenarios())('$name: $title', (scenario) => {
  test('stage by stage', async () => {
    await runScenario(scenario, pureDoor(scenario.policy))
  })

  test('stage by stage, each in other orders, repeated, cut into batches', async () => {
    for (const delivery of deliveries(SEED, 20)) {
      await withSeed(() => runScenario(scenario, pureDoor(scenario.policy), delivery))
    }
  })

  test.each(scenario.stages.map((_, index) => index + 1))('all up to stage %i, in every order', async (count) => {
    const whole = upTo(scenario, count)
    const ends = new Set<string>()
    for (const delivery of deliveries(SEED, 200, whole.stages[0]?.items.length)) {
      const state = await withSeed(() => runScenario(whole, pureDoor(whole.policy), delivery))
      ends.add(endOf(state))
    }
    expect(ends.size, 'different ends of different orders').toBe(1)
  })
})

async function withSeed<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Error) error.message += `\nin an order of SELFSAME_SEED=${SEED}`
    throw error
  }
}

// Not the versions: they say how often it changed on the way.
function endOf({ customers, statuses, refused, edges }: DoorState): string {
  return JSON.stringify([
    customers.map(({ id, members, golden }) => ({ id, members, golden })),
    [...statuses].sort(),
    [...refused].sort(),
    [...edges].sort(),
  ])
}
