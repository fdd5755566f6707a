import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Logger } from 'pino'
import type { Graph } from '../graph/graph.ts'
import type { CustomerId } from '../identity/types.ts'
import { type Changes, changedCustomers, changedFormerCustomers } from './changes.ts'
import { inboxFolder, waitingFiles } from './events-inbox.ts'
import { loadEvents } from './load-events.ts'
import { markEverything } from './mark-everything.ts'
import { withWarehouse } from './open-warehouse.ts'
import { ensureTables } from './tables.ts'
import { writeCustomers, writeFormerCustomers } from './write-customers.ts'

/** Points of a run where a test stops or kills it. */
export type Moment = 'read' | 'written' | 'committed' | 'settled' | 'events committed'

export interface ProjectionOptions {
  readonly graph: Graph
  readonly warehouseFile: string
  readonly logger: Logger
  /** Ends the run after the page under way. */
  readonly signal?: AbortSignal
  /** Customers a transaction. Default 2,000. */
  readonly pageSize?: number
  /** Milliseconds to wait for the file. Default 30,000. */
  readonly waitMs?: number
  /** Milliseconds after which the rest is left to the next run. Default 60,000. */
  readonly runMs?: number
  /** Called between the steps of a page, for tests. */
  readonly observe?: (moment: Moment) => Promise<void>
}

/** What a run did. Committed when it is returned. */
export interface Projection {
  readonly customers: number
  readonly formerCustomers: number
  readonly events: number
  readonly rejectedFiles: number
  /** Whether something is left for the next run: it ran out of time, was told to end, or what it read kept changing. */
  readonly more: boolean
}

type Progress = { -readonly [Key in keyof Projection]: Projection[Key] }

const PAGE_SIZE = 2000
const RUN_MS = 60_000
// Readers knock every fifth of a second at least: so long the door stands open between two holds.
const HOLD_MS = 2000
const RELEASE_MS = 250

/**
 * Brings the warehouse level with the graph: what is labelled as changed is written page by page, each in one
 * transaction, and the label taken off where the version is still the one written. Killed anywhere and run again, it
 * ends the same. The file is open only while there is something to write, and never longer than about two seconds.
 * Throws `warehouse_busy`, `warehouse_unreadable`, and what the graph throws.
 */
export async function projectWarehouse(options: ProjectionOptions): Promise<Projection> {
  const { graph, warehouseFile, signal, waitMs, runMs = RUN_MS } = options
  const done: Progress = { customers: 0, formerCustomers: 0, events: 0, rejectedFiles: 0, more: false }
  const deadline = Date.now() + runMs
  const inbox = inboxFolder(warehouseFile)
  const isIdle = async () => {
    if (!hasTables(warehouseFile) || waitingFiles(inbox).length > 0) return false
    const [pending] = await graph.read<{ changed: number }>('warehouse/pending')
    return pending?.changed === 0
  }
  const open = { file: warehouseFile, ...(waitMs === undefined ? {} : { waitMs }), ...(signal ? { signal } : {}) }
  while (!(await isIdle())) {
    const progressed = await withWarehouse(open, (connection) => hold(connection, options, done))
    if (!progressed || signal?.aborted || Date.now() > deadline) return { ...done, more: !(await isIdle()) }
    await sleep(RELEASE_MS)
  }
  return done
}

/** Files that this process has seen with their tables: one killed while it made a file leaves it without. */
const seenWithTables = new Map<string, string | undefined>()

function hasTables(file: string): boolean {
  const birth = birthOf(file)
  return birth !== undefined && birth === seenWithTables.get(file)
}

/** Tells a file from another that came later under its name. */
function birthOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false })
  return found && `${found.ino} ${found.birthtimeMs}`
}

/** Works for a while with the file open. Returns whether the last round brought anything forward. */
async function hold(connection: DuckDBConnection, options: ProjectionOptions, done: Progress): Promise<boolean> {
  const until = Date.now() + HOLD_MS
  await ensureTables(connection, () => markEverything(options.graph))
  seenWithTables.set(options.warehouseFile, birthOf(options.warehouseFile))
  let progressed = true
  while (progressed && Date.now() < until && !options.signal?.aborted) {
    progressed = await round(connection, options, done)
  }
  return progressed
}

async function round(connection: DuckDBConnection, options: ProjectionOptions, done: Progress): Promise<boolean> {
  const { graph, warehouseFile, logger, observe = async () => {}, pageSize = PAGE_SIZE } = options
  const inbox = inboxFolder(warehouseFile)
  const loaded = await loadEvents(connection, { inbox, logger, beforeDelete: () => observe('events committed') })
  done.events += loaded.events
  done.rejectedFiles += loaded.rejected
  const page = { pageSize, observe }
  const customers = await projectPage(changedCustomers(graph), page, (rows, beforeCommit) =>
    writeCustomers(connection, rows, beforeCommit),
  )
  done.customers += customers
  const formers = await projectPage(changedFormerCustomers(graph), page, (rows, beforeCommit) =>
    writeFormerCustomers(connection, rows, beforeCommit),
  )
  done.formerCustomers += formers
  return loaded.files + loaded.rejected + customers + formers > 0
}

/** Reads, writes, commits, settles one page. Returns how many were settled. */
async function projectPage<Row extends { readonly id: CustomerId; readonly version: number }>(
  changes: Changes<Row>,
  { pageSize, observe }: { pageSize: number; observe: (moment: Moment) => Promise<void> },
  write: (rows: readonly Row[], beforeCommit: () => Promise<void>) => Promise<void>,
): Promise<number> {
  const { rows } = await changes.read(pageSize)
  if (rows.length === 0) return 0
  await observe('read')
  await write(rows, () => observe('written'))
  await observe('committed')
  const settled = await changes.settle(rows)
  await observe('settled')
  return settled
}
