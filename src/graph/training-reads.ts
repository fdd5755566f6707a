import type { Description } from '../identity/facts.ts'
import type { IdentifierKey, RecordKey } from '../identity/types.ts'
import type { Graph } from './graph.ts'
import { eachRow } from './row-stream.ts'

/** How many records say anything. */
export async function countRecords(graph: Graph): Promise<number> {
  const [row] = await graph.read<{ records: number }>('read/record-count')
  return row?.records ?? 0
}

/** What every record says now, in no order. */
export function eachDescription(graph: Graph, onRecord: (record: Description) => void): Promise<number> {
  return eachRow(graph, 'read/descriptions', ([key, account, fields]) => {
    onRecord({ key: key as RecordKey, account: account as IdentifierKey, fields: JSON.parse(String(fields)) })
  })
}
