import { type Graph, int } from '../graph/graph.ts'
import type { CustomerId, IdentifierKey, Kind, Millis } from '../identity/types.ts'

/** A customer as the graph holds it, JSON as text. */
export interface CustomerRow {
  readonly id: CustomerId
  readonly version: number
  readonly size: number
  readonly golden: string | null
  readonly provenance: string | null
  readonly cause: string | null
  readonly firstSeen: Millis | null
  /** A day, `2026-01-31`. */
  readonly lastSeen: string | null
  readonly changedAt: Millis | null
}

export interface ChangedCustomer extends CustomerRow {
  /** Kind and value of each. */
  readonly identifiers: readonly (readonly [Kind, string])[]
}

export interface ChangedFormerCustomer {
  readonly id: CustomerId
  readonly version: number
  readonly anchor: IdentifierKey
  readonly cause: string | null
  readonly until: Millis | null
  /** Kind and value of each. */
  readonly held: readonly (readonly [Kind, string])[]
}

interface Versioned {
  readonly id: CustomerId
  readonly version: number
}

/** One of the two sorts of nodes that are projected. */
export interface Changes<Row extends Versioned> {
  /**
   * At most `limit` of what is labelled as changed, each whole and at the version it says. What changes while it is
   * read is left out: it is still labelled.
   */
  read(limit: number): Promise<{ readonly rows: Row[]; readonly seen: number }>
  /** Takes the label off those still at the version given; returns how many. */
  settle(rows: readonly Versioned[]): Promise<number>
}

export function changedCustomers(graph: Graph): Changes<ChangedCustomer> {
  return changes(graph, {
    changed: 'warehouse/changed-customers',
    versions: 'warehouse/customer-versions',
    rows: 'warehouse/customers-by-id',
    lock: 'warehouse/lock-customers',
    settle: 'warehouse/settle-customers',
  })
}

export function changedFormerCustomers(graph: Graph): Changes<ChangedFormerCustomer> {
  return changes(graph, {
    changed: 'warehouse/changed-former-customers',
    versions: 'warehouse/former-customer-versions',
    rows: 'warehouse/former-customers-by-id',
    lock: 'warehouse/lock-former-customers',
    settle: 'warehouse/settle-former-customers',
  })
}

type Statements = Readonly<Record<'changed' | 'versions' | 'rows' | 'lock' | 'settle', string>>

function changes<Row extends Versioned>(graph: Graph, statements: Statements): Changes<Row> {
  /**
   * Readers of the store see a transaction while it is being applied, its version before its members, say. Whoever
   * applies one holds its locks: so versions read under locks are of transactions that are wholly there.
   */
  const versions = (limit: number) =>
    graph.write(async (transaction) => {
      const [found] = await transaction.run<{ ids: CustomerId[] }>(statements.changed, { limit: int(limit) })
      return transaction.run<Versioned>(statements.versions, { ids: found?.ids ?? [] })
    })
  return {
    async read(limit) {
      const seen = new Map((await versions(limit)).map(({ id, version }) => [id, version]))
      if (seen.size === 0) return { rows: [], seen: 0 }
      const rows = await graph.read<Row>(statements.rows, { ids: [...seen.keys()] })
      return { rows: rows.filter(({ id, version }) => seen.get(id) === version), seen: seen.size }
    },
    async settle(rows) {
      // Ascending ids, the order in which everybody locks customers: opposing orders would deadlock.
      const ids = rows.map(({ id }) => id).sort()
      const projected = rows.map(({ id, version }) => ({ id, version: int(version) }))
      return await graph.write(async (transaction) => {
        await transaction.run(statements.lock, { ids })
        const [result] = await transaction.run<{ settled: number }>(statements.settle, { rows: projected })
        return result?.settled ?? 0
      })
    },
  }
}
