import { SelfsameError } from '../../src/errors.ts'
import type { Graph } from '../../src/graph/graph.ts'
import type { Committed } from './committed.ts'
import { rawStatement } from './raw-cypher.ts'

/**
 * Rows a transaction, sent in statements that do not wait for each other. Any of 2,000 to 10,000 in statements of 500 to
 * 5,000 costs the store and the driver the same within noise.
 */
const TRANSACTION_ROWS = 5000
const STATEMENT_ROWS = 1000

/**
 * The floor under any pipeline: writes the very nodes and relationships of a run into an empty graph by one writer,
 * reading nothing. Answers the seconds it took. Throws `bench_incomplete` where less came to be than was committed.
 */
export async function writeRaw(graph: Graph, committed: Committed): Promise<number> {
  const { identifiers, observed, customers, formerCustomers, others } = committed
  const created = { nodes: 0, relationships: 0 }
  const start = performance.now()
  for (const [statement, rows] of [
    ['write-identifiers', identifiers],
    ['write-observed', observed],
    ['write-customers', customers],
    ['write-former-customers', formerCustomers],
    ['write-other-nodes', others],
  ] as const) {
    for (const part of partsOf<object>(rows, TRANSACTION_ROWS)) {
      const counts = await writeTransaction(graph, rawStatement(statement), part)
      created.nodes += counts.nodes
      created.relationships += counts.relationships
    }
  }
  const seconds = (performance.now() - start) / 1000
  if (created.nodes !== committed.nodes || created.relationships !== committed.relationships) {
    throw new SelfsameError('bench_incomplete', 'the raw write did not create what the pipeline had committed')
  }
  return seconds
}

async function writeTransaction(graph: Graph, statement: string, rows: readonly object[]) {
  const session = graph.driver.session({ database: graph.database })
  try {
    const transaction = session.beginTransaction()
    const sent = [...partsOf(rows, STATEMENT_ROWS)].map((part) => transaction.run(statement, { rows: part }))
    const results = await Promise.all(sent)
    await transaction.commit()
    const counters = results.map(({ summary }) => summary.counters.updates())
    return {
      nodes: counters.reduce((sum, { nodesCreated }) => sum + nodesCreated, 0),
      relationships: counters.reduce((sum, { relationshipsCreated }) => sum + relationshipsCreated, 0),
    }
  } finally {
    await session.close()
  }
}

function* partsOf<T>(rows: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}
