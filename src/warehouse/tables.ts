import type { DuckDBConnection } from '@duckdb/node-api'
import { SelfsameError } from '../errors.ts'
import { SHOWN_TRAITS } from '../identity/shown-traits.ts'

const SCHEMA_VERSION = 1

/** Kinds whose counts are columns too; all of them are in `counts`. */
export const COUNT_COLUMNS = {
  email: 'emails',
  phone: 'phones',
  loyalty_card: 'loyalty_cards',
  cookie: 'cookies',
  pos_account: 'pos_accounts',
  crm_contact: 'crm_contacts',
  device: 'devices',
  user_id: 'user_ids',
  national_id: 'national_ids',
} as const

/*
 * No primary keys on purpose: with them a page of a thousand customers took 3 to 6 s at three million identifiers
 * (indexes on random text are written anew at every checkpoint) instead of 0.2 s, and the file was six times as big.
 * Rows are deleted and inserted by key in one transaction, under the file's lock, so keys are unique all the same.
 * Times are UTC.
 */
const TABLES = `
CREATE TABLE warehouse_info (schema_version INTEGER NOT NULL);
INSERT INTO warehouse_info VALUES (${SCHEMA_VERSION});

CREATE TABLE customer_360 (
  customer_id VARCHAR NOT NULL,
  version BIGINT NOT NULL,
  ${SHOWN_TRAITS.map(({ column }) => `${column} VARCHAR`).join(', ')},
  golden JSON NOT NULL,
  provenance JSON NOT NULL,
  size INTEGER NOT NULL,
  counts JSON NOT NULL,
  ${Object.values(COUNT_COLUMNS)
    .map((column) => `${column} INTEGER NOT NULL`)
    .join(', ')},
  first_seen TIMESTAMP,
  last_seen DATE,
  cause VARCHAR,
  changed_at TIMESTAMP
);

CREATE TABLE identity_map (kind VARCHAR NOT NULL, value VARCHAR NOT NULL, customer_id VARCHAR NOT NULL, since TIMESTAMP);

CREATE TABLE former_customer (
  former_id VARCHAR NOT NULL, version BIGINT NOT NULL, anchor_kind VARCHAR NOT NULL, anchor_value VARCHAR NOT NULL,
  cause VARCHAR, "at" TIMESTAMP
);
CREATE TABLE former_held (former_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, value VARCHAR NOT NULL);

-- The rule of src/identity/history.ts, leadsTo. A view: whatever moves in identity_map, it cannot lag behind.
CREATE VIEW customer_alias AS
WITH own AS (
  SELECT former_id, customer_id
  FROM former_customer JOIN identity_map ON kind = anchor_kind AND value = anchor_value
), successor AS (
  SELECT DISTINCT former_id, customer_id
  FROM former_held JOIN identity_map USING (kind, value)
  WHERE former_id NOT IN (SELECT former_id FROM own)
)
SELECT former_id, coalesce(own.customer_id, successor.customer_id) AS customer_id, cause, "at"
FROM former_customer LEFT JOIN own USING (former_id) LEFT JOIN successor USING (former_id);

CREATE TABLE events (
  message_id VARCHAR NOT NULL, source VARCHAR NOT NULL, observed_at TIMESTAMP NOT NULL, name VARCHAR NOT NULL,
  properties JSON NOT NULL, kind VARCHAR NOT NULL, value VARCHAR NOT NULL
);
`

/**
 * Makes the tables where the file is new, after `beforeNew`: killed in between, both are done again. Throws
 * `warehouse_of_other_version`.
 */
export async function ensureTables(connection: DuckDBConnection, beforeNew: () => Promise<void>): Promise<void> {
  const known = await connection.runAndReadAll(
    `SELECT 1 FROM information_schema.tables WHERE table_schema = 'main' AND table_name = 'warehouse_info'`,
  )
  if (known.currentRowCount === 0) {
    await beforeNew()
    await inTransaction(connection, () => connection.run(TABLES))
  }
  const info = await connection.runAndReadAll('SELECT schema_version FROM warehouse_info')
  const [version] = info.getRowsJS()[0] ?? []
  if (version === SCHEMA_VERSION) return
  throw new SelfsameError('warehouse_of_other_version', `the warehouse has schema version ${version}`, {
    remedy: `this selfsame writes version ${SCHEMA_VERSION}: set SELFSAME_WAREHOUSE_FILE to a new file`,
  })
}

/** Forgets all that came from the graph. Events stay. */
export async function emptyTables(connection: DuckDBConnection): Promise<void> {
  await inTransaction(connection, async () => {
    for (const table of ['customer_360', 'identity_map', 'former_customer', 'former_held']) {
      await connection.run(`DELETE FROM ${table}`)
    }
  })
}

/** All of it or nothing. */
export async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN')
  try {
    const result = await work()
    await connection.run('COMMIT')
    return result
  } catch (error) {
    // A transaction that failed may be gone already; what is thrown is why.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}
