import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ChangingCustomers, changingCustomers } from '../../test/changing-customers.ts'
import { emptyGraph, live, wipe } from '../../test/live.ts'
import type { Graph } from '../graph/graph.ts'
import { inboxFolder, waitingFiles } from './events-inbox.ts'
import { withWarehouse } from './open-warehouse.ts'
import { type Moment, projectWarehouse } from './project.ts'
import { reconcile } from './reconcile.ts'

const CUSTOMERS = 40
const KILLS = 8
const logger = pino({ level: 'silent' })

let graph: Graph
let folder: string
let warehouseFile: string
let customers: ChangingCustomers
const children = new Set<ChildProcess>()
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'killed-'))
  warehouseFile = join(folder, 'warehouse.duckdb')
  await wipe(graph)
  customers = changingCustomers(graph)
  await customers.identifiers(names.flatMap((name) => [`email:${name}`, `phone:${name}`]))
  await customers.hold(Object.fromEntries(names.map((name) => [`c_${name}`, [`email:${name}`, `phone:${name}`]])))
})
afterEach(async () => {
  await Promise.all([...children].map(kill))
  rmSync(folder, { recursive: true, force: true })
})

const names = Array.from({ length: CUSTOMERS }, (_, index) => String(index))

describe('a projection killed', () => {
  test.each<[Moment, string]>([
    ['read', 'before it writes'],
    ['written', 'inside the transaction of the file'],
    ['committed', 'between the commit in the file and the labels in the graph'],
    ['settled', 'after the labels'],
    ['events committed', 'between the commit of events and the deletion of their file'],
  ])('at "%s", %s, is finished by the next one', async (moment) => {
    for (const turn of [1, 2]) {
      // The second time it has something to change and to delete, not only to add.
      if (turn === 2) await move(5)
      leaveEvents(turn)
      const child = startProjection({ pageSize: 10, hangAt: moment })
      await once(child.stdout as NodeJS.ReadableStream, 'data')
      await kill(child)
      const readers = await reconcile({ graph, warehouseFile }).catch((error: { code?: string }) => error.code)
      expect(typeof readers === 'object' || readers === 'warehouse_missing').toBe(true)
      await project()
      await expectLevel(turn * 10)
    }
  })

  test(`at random, ${KILLS} times, while customers change, loses and doubles nothing`, async () => {
    let moving = true
    const changes = (async () => {
      for (let turn = 0; moving; turn += 1) {
        await move(turn % CUSTOMERS)
        leaveEvents(turn)
        await sleep(20)
      }
      return undefined
    })()
    for (let kills = 0; kills < KILLS; kills += 1) {
      const child = startProjection({ pageSize: 3 })
      await once(child.stdout as NodeJS.ReadableStream, 'data')
      await sleep(Math.random() * 500)
      await kill(child)
    }
    moving = false
    await changes
    await project()
    await expectLevel(undefined)
  })
})

test('two workers that project without end agree with the graph when they are stopped', async () => {
  const workers = [startProjection({ pageSize: 3 }), startProjection({ pageSize: 4 })]
  await Promise.all(workers.map((child) => once(child.stdout as NodeJS.ReadableStream, 'data')))
  for (let turn = 0; turn < 25; turn += 1) await move(turn)
  for (const child of workers) await kill(child)
  await project()
  await expectLevel(undefined)
})

/** One takes from its neighbour, who may be left with nothing; the other gets back its own. */
function move(turn: number): Promise<void> {
  const [name, neighbour, other] = [turn, turn + 1, turn + 7].map((each) => String(each % CUSTOMERS))
  const taken = turn % 3 === 0 ? [`email:${neighbour}`, `phone:${neighbour}`] : [`phone:${neighbour}`]
  return customers.hold({
    [`c_${name}`]: [`email:${name}`, `phone:${name}`, ...taken],
    [`c_${other}`]: [`email:${other}`, `phone:${other}`],
  })
}

function leaveEvents(turn: number): void {
  const folder = inboxFolder(warehouseFile)
  mkdirSync(folder, { recursive: true })
  const lines = names.slice(0, 10).map((name) => {
    const rest = { source: 'web', observedAt: 1, name: 'Product Viewed', properties: {}, kind: 'email', value: name }
    return `${JSON.stringify({ messageId: `${turn}-${name}`, ...rest })}\n`
  })
  writeFileSync(join(folder, `${String(turn).padStart(6, '0')}.ndjson`), lines.join(''))
}

function project() {
  return projectWarehouse({ graph, warehouseFile, logger })
}

async function expectLevel(events: number | undefined): Promise<void> {
  expect(await reconcile({ graph, warehouseFile })).toMatchObject({ equal: true, pending: 0 })
  expect(waitingFiles(inboxFolder(warehouseFile))).toEqual([])
  await withWarehouse({ file: warehouseFile, readOnly: true }, async (connection) => {
    const count = await connection.runAndReadAll(
      'SELECT count(*)::INTEGER, count(DISTINCT message_id)::INTEGER FROM events',
    )
    const [all, distinct] = count.getRowsJS()[0] ?? []
    expect(all).toBe(distinct)
    if (events !== undefined) expect(all).toBe(events)
  })
}

/** Another process that projects again and again, or once until a moment where it hangs. Says a word when there. */
function startProjection({ pageSize, hangAt }: { pageSize: number; hangAt?: Moment }): ChildProcess {
  const { neo4j_uri, neo4j_user, neo4j_password, neo4j_database } = live()
  const connection = { neo4j_uri, neo4j_user, neo4j_password, neo4j_database }
  const code = `
    import { pino } from 'pino'
    import { openGraph } from ${JSON.stringify(import.meta.resolve('../graph/graph.ts'))}
    import { projectWarehouse } from ${JSON.stringify(import.meta.resolve('./project.ts'))}
    const { connection, hangAt, ...options } = JSON.parse(process.env.PROJECTION)
    const graph = openGraph(connection)
    const observe = async (moment) => {
      if (moment !== hangAt) return
      console.log(moment)
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    }
    if (hangAt === undefined) console.log('starting')
    for (;;) {
      await projectWarehouse({ ...options, graph, observe, logger: pino({ level: 'silent' }) })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }`
  const PROJECTION = JSON.stringify({ connection, hangAt, pageSize, warehouseFile })
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
    env: { ...process.env, PROJECTION },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child)
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
