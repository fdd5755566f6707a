import { readConfig } from '../config.ts'
import type { Maps } from '../evaluation/evaluate.ts'
import { identityMap, recordMap } from '../export/maps.ts'
import { openGraph } from '../graph/graph.ts'

/** What the graph of a stack says of identifiers and records, for `selfsame evaluate`. */
export async function openMaps(stack: string | undefined): Promise<Maps & { close(): Promise<void> }> {
  const graph = openGraph(readConfig({ stack }))
  return {
    identityMap: () => identityMap(graph),
    recordMap: (source) => recordMap(graph, source),
    close: () => graph.close(),
  }
}
