import { type DuckDBConnection, DuckDBTimestampValue } from '@duckdb/node-api'
import { identifierKey, identifierOf } from '../identity/keys.ts'
import type { CustomerId, Kind, Millis } from '../identity/types.ts'
import type { ChangedCustomer, ChangedFormerCustomer } from './changes.ts'
import { customerValues } from './customer-row.ts'
import { appendRows, stage } from './stage.ts'
import { inTransaction } from './tables.ts'

/*
 * The rule by which identity_map converges. An identifier belongs to one customer at most, and whoever gains or loses
 * one is labelled as changed. A customer's rows are made equal to its identifiers: what it no longer has goes, unless
 * another customer's page has taken it already (the row says whose it is now); what it has is taken from whoever held
 * it. Pages are read and written under one lock of the file, so that no page is older than one written before it:
 * then the last page about each customer is right, and no later one undoes it.
 */

/** Makes the rows of these customers equal to the graph's, in one transaction. `beforeCommit` is for tests. */
export async function writeCustomers(
  connection: DuckDBConnection,
  customers: readonly ChangedCustomer[],
  beforeCommit: () => Promise<void>,
): Promise<void> {
  await inTransaction(connection, async () => {
    await stage(connection, 'customer_360')
    await stage(connection, 'identity_map')
    await appendRows(connection, 'staged_customer_360', customers.map(customerValues))
    await appendRows(connection, 'staged_identity_map', claims(customers))
    await connection.run(`
      DELETE FROM identity_map WHERE customer_id IN (SELECT customer_id FROM staged_customer_360)
        AND NOT EXISTS (FROM staged_identity_map s WHERE s.kind = identity_map.kind AND s.value = identity_map.value)`)
    await connection.run(`
      DELETE FROM identity_map USING staged_identity_map s WHERE s.kind = identity_map.kind
        AND s.value = identity_map.value AND s.customer_id <> identity_map.customer_id`)
    // Rows that stay keep their `since`.
    await connection.run(`
      INSERT INTO identity_map SELECT * FROM staged_identity_map s WHERE NOT EXISTS (FROM identity_map m
        WHERE m.kind = s.kind AND m.value = s.value)`)
    await forget(connection, 'staged_customer_360', 'customer_id', ['customer_360', 'former_customer', 'former_held'])
    await connection.run('INSERT INTO customer_360 SELECT * FROM staged_customer_360')
    await beforeCommit()
  })
}

/** Writes where these ids lead, and takes away what their customers left, in one transaction. */
export async function writeFormerCustomers(
  connection: DuckDBConnection,
  formers: readonly ChangedFormerCustomer[],
  beforeCommit: () => Promise<void>,
): Promise<void> {
  await inTransaction(connection, async () => {
    await stage(connection, 'former_customer')
    await stage(connection, 'former_held')
    await appendRows(connection, 'staged_former_customer', formers.map(formerValues))
    await appendRows(connection, 'staged_former_held', formers.flatMap(heldValues))
    const tables = ['former_customer', 'former_held', 'customer_360', 'identity_map']
    await forget(connection, 'staged_former_customer', 'former_id', tables)
    await connection.run('INSERT INTO former_customer SELECT * FROM staged_former_customer')
    await connection.run('INSERT INTO former_held SELECT * FROM staged_former_held')
    await beforeCommit()
  })
}

/** Deletes the rows of staged ids. An id is a customer's or a former one, so the other sort's rows go as well. */
async function forget(connection: DuckDBConnection, staged: string, id: string, tables: readonly string[]) {
  for (const table of tables) {
    const column = table.startsWith('former_') ? 'former_id' : 'customer_id'
    await connection.run(`DELETE FROM ${table} WHERE ${column} IN (SELECT ${id} FROM ${staged})`)
  }
}

/**
 * Who holds which identifier, each once: one that moved while the page was read may be seen with both its customers,
 * who are both still labelled then and come again.
 */
function claims(customers: readonly ChangedCustomer[]): [Kind, string, CustomerId, DuckDBTimestampValue | null][] {
  const byKey = new Map<string, [Kind, string, CustomerId, DuckDBTimestampValue | null]>()
  for (const { id, changedAt, identifiers } of customers) {
    const since = timestamp(changedAt)
    for (const [kind, value] of identifiers) byKey.set(identifierKey(kind, value), [kind, value, id, since])
  }
  return [...byKey.values()]
}

function formerValues({ id, version, anchor, cause, until }: ChangedFormerCustomer) {
  const { kind, value } = identifierOf(anchor)
  return [id, BigInt(version), kind, value, cause, timestamp(until)]
}

function heldValues({ id, held }: ChangedFormerCustomer) {
  return held.map(([kind, value]) => [id, kind, value])
}

function timestamp(at: Millis | null): DuckDBTimestampValue | null {
  return at === null ? null : new DuckDBTimestampValue(BigInt(at) * 1000n)
}
