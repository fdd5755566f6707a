import { SelfsameError } from '../../src/errors.ts'
import type { Graph } from '../../src/graph/graph.ts'
import type { Committed, Totals } from './committed.ts'
import { rawStatement } from './raw-cypher.ts'

/**
 * Rows a transaction, sent in statements that do not wait for each other. A customer with its parts is a row of some
 * seven nodes and relationships. Measured: 500 to 1,000 of them a transaction take the store the least time; 2,000 to
 * 4,000 take a quarter more, all of it in collecting garbage; statements of 250 or 500 are the same.
 */
const TRANSACTION_ROWS = 1000
const STATEMENT_ROWS = 250

/**
 * The floor under any pipeline: writes the very nodes and relationships of a run into an empty graph by one writer,
 * reading nothing. Customers come whole, so that neither they nor their members and pairs are looked up. Answers the
 * seconds it took. Throws `bench_incomplete` where other nodes, relationships, labels or properties came to be than
 * were committed.
 */
export async function writeRaw(graph: Graph, committed: Committed): Promise<number> {
  const created: Totals[] = []
  const start = performance.now()
  for (const [statement, rows] of [
    ['write-customers', committed.customers],
    ['write-nodes', committed.identifiers],
    ['write-links', committed.links],
    ['write-holders', committed.holders],
    ['write-record-versions', committed.versions],
    ['write-nodes', committed.others],
  ] as const) {
    for (const part of partsOf<object>(rows, TRANSACTION_ROWS)) {
      created.push(await writeTransaction(graph, rawStatement(statement), part))
    }
  }
  const seconds = (performance.now() - start) / 1000
  for (const what of ['nodes', 'relationships', 'labels', 'properties'] as const) {
    const { [what]: expected } = committed.totals
    const made = created.reduce((sum, { [what]: each }) => sum + each, 0)
    if (made === expected) continue
    throw new SelfsameError('bench_incomplete', `the raw write made ${made} ${what}, and ${expected} were committed`)
  }
  return seconds
}

async function writeTransaction(graph: Graph, statement: string, rows: readonly object[]): Promise<Totals> {
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
      labels: counters.reduce((sum, { labelsAdded }) => sum + labelsAdded, 0),
      properties: counters.reduce((sum, { propertiesSet }) => sum + propertiesSet, 0),
    }
  } finally {
    await session.close()
  }
}

function* partsOf<T>(rows: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}
