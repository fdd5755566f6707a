import { createServer, type Server } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { choosePorts, type PortChoice, portIsFree, WELL_KNOWN } from './ports.ts'
import { PORT_NAMES, type PortName, type Ports } from './service.ts'

const REMEMBERED: Ports = { bolt: 20_001, http: 20_002, kafka: 20_003, kafkaController: 20_004, redis: 20_005 }

function choose(choice: Partial<PortChoice> & { taken?: readonly number[] }): Promise<Ports> {
  const taken = new Set(choice.taken)
  return choosePorts({
    configured: {},
    held: {},
    remembered: {},
    preferred: {},
    reserved: new Set(),
    isFree: async (port) => !taken.has(port),
    ...choice,
  })
}

describe('choosePorts', () => {
  it('prefers the well-known ports, and draws one where another program has it', async () => {
    const ports = await choose({ preferred: WELL_KNOWN, taken: [7687] })
    expect(ports).toEqual({ ...WELL_KNOWN, bolt: expect.any(Number) })
    expect(ports.bolt).toBeGreaterThanOrEqual(20_000)
    expect(ports.bolt).toBeLessThan(32_000)
  })

  it('keeps the ports of the last time, before the well-known ones', async () => {
    expect(await choose({ remembered: REMEMBERED, preferred: WELL_KNOWN })).toEqual(REMEMBERED)
  })

  it('moves only the port that was taken in the meantime', async () => {
    const ports = await choose({ remembered: REMEMBERED, taken: [20_003], draw: () => 30_000 })
    expect(ports).toEqual({ ...REMEMBERED, kafka: 30_000 })
  })

  it('keeps the ports of running services, which are of course taken', async () => {
    const held = { bolt: 20_001, http: 20_002 }
    expect(await choose({ held, remembered: REMEMBERED, taken: [20_001, 20_002] })).toEqual(REMEMBERED)
  })

  it('refuses a configured port that is taken, and another one for a service that runs', async () => {
    await expect(choose({ configured: { redis: 6379 }, taken: [6379] })).rejects.toMatchObject({
      code: 'stack_port_taken',
    })
    await expect(choose({ configured: { redis: 6379 }, held: { redis: 6380 } })).rejects.toMatchObject({
      code: 'stack_port_differs',
    })
  })

  it('gives each name its own port, and none that is taken, reserved or spoken for', async () => {
    const port = fc.integer({ min: 1, max: 12 })
    const some = fc.uniqueArray(fc.tuple(fc.constantFrom<PortName>(...PORT_NAMES), port), {
      selector: ([name]) => name,
    })
    await fc.assert(
      fc.asyncProperty(some, some, fc.array(port), fc.array(port), async (remembered, preferred, taken, reserved) => {
        let next = 100
        const ports = await choose({
          remembered: Object.fromEntries(remembered),
          preferred: Object.fromEntries(preferred),
          reserved: new Set(reserved),
          taken,
          draw: () => Math.floor(next++ / 2),
        })
        const values = Object.values(ports)
        expect(new Set(values).size).toBe(PORT_NAMES.length)
        for (const value of values) expect([...taken, ...reserved]).not.toContain(value)
      }),
    )
  })
})

describe('portIsFree', () => {
  let server: Server | undefined
  afterEach(() => server?.close())

  it.each(['127.0.0.1', '0.0.0.0'])('sees a listener on %s, and that it has gone', async (host) => {
    const listening = createServer()
    server = listening
    const port = await new Promise<number>((resolve) =>
      listening.listen(0, host, () => resolve((listening.address() as { port: number }).port)),
    )
    expect(await portIsFree(port)).toBe(false)
    await new Promise((resolve) => listening.close(resolve))
    expect(await portIsFree(port)).toBe(true)
  })
})
