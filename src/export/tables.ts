import type { Graph } from '../graph/graph.ts'
import { SHOWN_TRAITS } from '../identity/shown-traits.ts'
import type { CustomerId, Millis } from '../identity/types.ts'
import type { Cell } from './csv.ts'
import { identityMap, recordMap } from './maps.ts'

/** What is exported: columns with their DuckDB types, and rows one after another, sorted. */
export interface Table {
  readonly columns: Readonly<Record<string, 'VARCHAR' | 'BIGINT' | 'TIMESTAMP' | 'DATE' | 'JSON'>>
  readonly rows: AsyncIterable<readonly Cell[]>
}

/** `kind`, `value`, `customer_id`. */
export function identityMapTable(graph: Graph): Table {
  async function* rows() {
    for await (const { kind, value, customerId } of identityMap(graph)) yield [kind, value, customerId]
  }
  return { columns: { kind: 'VARCHAR', value: 'VARCHAR', customer_id: 'VARCHAR' }, rows: rows() }
}

/** `record_id`, `customer_id`. */
export function recordsTable(graph: Graph, source: string): Table {
  async function* rows() {
    for await (const { recordId, customerId } of recordMap(graph, source)) yield [recordId, customerId]
  }
  return { columns: { record_id: 'VARCHAR', customer_id: 'VARCHAR' }, rows: rows() }
}

interface CustomerRow {
  readonly id: CustomerId
  readonly version: number
  readonly size: number
  readonly golden: string | null
  readonly firstSeen: Millis | null
  readonly lastSeen: string | null
  readonly changedAt: Millis | null
}

/** The customers, sorted by id. */
export function customersTable(graph: Graph): Table {
  async function* rows() {
    for await (const row of graph.stream<CustomerRow>('warehouse/all-customers')) yield customerCells(row)
  }
  const golden = Object.fromEntries(SHOWN_TRAITS.map(({ column }) => [column, 'VARCHAR'] as const))
  return {
    columns: {
      ...{ customer_id: 'VARCHAR', version: 'BIGINT', size: 'BIGINT' },
      ...golden,
      ...{ first_seen: 'TIMESTAMP', last_seen: 'DATE', changed_at: 'TIMESTAMP', golden: 'JSON' },
    },
    rows: rows(),
  }
}

function customerCells({ id, version, size, golden, firstSeen, lastSeen, changedAt }: CustomerRow): Cell[] {
  const fields: Record<string, string> = JSON.parse(golden ?? '{}')
  return [
    id,
    version,
    size,
    ...SHOWN_TRAITS.map(({ path }) => fields[path]),
    iso(firstSeen),
    lastSeen,
    iso(changedAt),
    golden,
  ]
}

function iso(at: Millis | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
