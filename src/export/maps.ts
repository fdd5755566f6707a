import type { Graph } from '../graph/graph.ts'
import type { CustomerId, Kind } from '../identity/types.ts'

/**
 * Every identifier the graph holds, with its customer: none where it is shared, blocked or supported by nothing. In
 * the order of keys (`kind:value`) by their UTF-8 bytes, as `LC_ALL=C sort` has it.
 */
export async function* identityMap(
  graph: Graph,
): AsyncIterable<{ kind: Kind; value: string; customerId: CustomerId | undefined }> {
  type Row = { kind: Kind; value: string; customerId: CustomerId | null }
  for await (const { kind, value, customerId } of graph.stream<Row>('warehouse/all-identifiers')) {
    yield { kind, value, customerId: customerId ?? undefined }
  }
}

/** Every record of a source that counts today, with the customer of its account, in the order of ids by UTF-8 bytes. */
export async function* recordMap(
  graph: Graph,
  source: string,
): AsyncIterable<{ recordId: string; customerId: CustomerId | undefined }> {
  type Row = { recordId: string; customerId: CustomerId | null }
  const params = { source, prefix: `${source}:` }
  for await (const { recordId, customerId } of graph.stream<Row>('warehouse/records-of-source', params)) {
    yield { recordId, customerId: customerId ?? undefined }
  }
}
