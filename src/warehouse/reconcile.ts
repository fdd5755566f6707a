import type { DuckDBConnection } from '@duckdb/node-api'
import { bug } from '../errors.ts'
import type { Graph } from '../graph/graph.ts'
import { leadsTo } from '../identity/history.ts'
import { SHOWN_TRAITS } from '../identity/shown-traits.ts'
import type { CustomerId, IdentifierKey, Kind, Millis } from '../identity/types.ts'
import type { CustomerRow } from './changes.ts'
import { type Comparison, compareSorted, type Keyed } from './compare-sorted.ts'
import { countsByKind } from './customer-row.ts'
import { markEverything } from './mark-everything.ts'
import { withWarehouse } from './open-warehouse.ts'
import { emptyTables } from './tables.ts'

export interface Reconciliation {
  /** Whether all three are equal. */
  readonly equal: boolean
  readonly customers: Comparison
  readonly identifiers: Comparison
  readonly aliases: Comparison
  /** Customers and former ones that wait for the next projection: they may be what differs. */
  readonly pending: number
}

export interface ReconcileOptions {
  readonly graph: Graph
  readonly warehouseFile: string
  /** Differences remembered a table. Default 100. */
  readonly limit?: number
  readonly onWait?: () => void
}

/**
 * Compares every customer, identifier and alias of the warehouse with the graph's, both read as streams in the order
 * of keys. The file is open meanwhile, so projections wait. Throws `warehouse_missing`, `warehouse_busy`.
 */
export function reconcile({ graph, warehouseFile, limit = 100, onWait }: ReconcileOptions): Promise<Reconciliation> {
  const open = { file: warehouseFile, readOnly: true, ...(onWait ? { onWait } : {}) }
  return withWarehouse(open, async (connection) => {
    const customers = await compareSorted(graphCustomers(graph), rowsOf(connection, CUSTOMERS), limit)
    const identifiers = await compareSorted(graphIdentifiers(graph), rowsOf(connection, IDENTIFIERS), limit)
    const aliases = await compareSorted(graphAliases(graph), rowsOf(connection, ALIASES), limit)
    const [pending] = await graph.read<{ changed: number }>('warehouse/pending')
    const equal = [customers, identifiers, aliases].every(({ differences }) => differences === 0)
    return { equal, customers, identifiers, aliases, pending: pending?.changed ?? bug('no count of what is pending') }
  })
}

/** Empties the warehouse of all but its events, and has the next projection bring everything anew. */
export async function startOver({ graph, warehouseFile }: ReconcileOptions): Promise<void> {
  await withWarehouse({ file: warehouseFile }, async (connection) => {
    // First the labels: killed in between, everything is merely sent again.
    await markEverything(graph)
    await emptyTables(connection)
  })
}

async function* graphCustomers(graph: Graph): AsyncIterable<Keyed> {
  for await (const row of graph.stream<CustomerRow & { kinds: Kind[] }>('warehouse/all-customers')) {
    const { id, kinds, golden, provenance, ...content } = row
    const fields: Record<string, unknown> = JSON.parse(golden ?? '{}')
    const columns = SHOWN_TRAITS.map(({ path }) => fields[path] ?? null)
    yield {
      key: id,
      content: {
        ...content,
        golden: golden ?? '{}',
        columns,
        provenance: provenance ?? '{}',
        counts: JSON.stringify(countsByKind(kinds)),
      },
    }
  }
}

const CUSTOMERS = `
SELECT customer_id AS key, version, golden, [${SHOWN_TRAITS.map(({ column }) => column).join(', ')}] AS columns, provenance, size,
  counts, epoch_ms(first_seen) AS "firstSeen", last_seen::VARCHAR AS "lastSeen", cause,
  epoch_ms(changed_at) AS "changedAt"
FROM customer_360 ORDER BY key`

async function* graphIdentifiers(graph: Graph): AsyncIterable<Keyed> {
  type Row = { key: IdentifierKey; customerId: CustomerId | null }
  for await (const { key, customerId } of graph.stream<Row>('warehouse/all-identifiers')) {
    if (customerId !== null) yield { key, content: { customer: customerId } }
  }
}

const IDENTIFIERS = `SELECT kind || ':' || value AS key, customer_id AS customer FROM identity_map ORDER BY key`

interface FormerRow {
  readonly id: CustomerId
  readonly version: number
  readonly anchor: IdentifierKey
  readonly anchorCustomer: CustomerId | null
  readonly cause: string | null
  readonly until: Millis | null
  readonly held: readonly (readonly [IdentifierKey, CustomerId | null])[]
}

async function* graphAliases(graph: Graph): AsyncIterable<Keyed> {
  for await (const former of graph.stream<FormerRow>('warehouse/all-former-customers')) {
    const { id, version, anchor, anchorCustomer, cause, until, held } = former
    const customers = new Map([...held, [anchor, anchorCustomer] as const])
    const destination = leadsTo(
      { id, version, anchor, held: held.map(([key]) => key) },
      (key) => customers.get(key) ?? undefined,
    )
    yield { key: id, content: { customers: destination.type === 'customers' ? destination.ids : [], cause, at: until } }
  }
}

const ALIASES = `
SELECT former_id AS key, coalesce(list_sort(list(customer_id) FILTER (customer_id IS NOT NULL)), []) AS customers,
  any_value(cause) AS cause, epoch_ms(any_value("at")) AS "at"
FROM customer_alias GROUP BY former_id ORDER BY key`

async function* rowsOf(connection: DuckDBConnection, sql: string): AsyncIterable<Keyed> {
  const result = await connection.stream(sql)
  for await (const rows of result.yieldRowObjectJs()) {
    for (const { key, ...content } of rows) yield { key: String(key), content: mapNumbers(content) }
  }
}

/** DuckDB's 64-bit integers arrive as BigInt; all of ours are below 2^53. */
function mapNumbers(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  )
}
