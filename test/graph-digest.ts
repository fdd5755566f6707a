import { createHash } from 'node:crypto'
import type { Graph } from '../src/graph/graph.ts'
import { ask } from './live.ts'

/** A digest of every node and relationship with all their labels and properties: equal where nothing was written. */
export async function graphDigest(graph: Graph): Promise<string> {
  const rows = await ask<{ part: string }>(
    graph,
    `MATCH (n) WITH n, [k IN apoc.coll.sort(keys(n)) | k + '=' + apoc.convert.toJson(n[k])] AS properties
     RETURN elementId(n) + apoc.text.join(apoc.coll.sort(labels(n)) + properties, ' ') AS part
     UNION ALL
     MATCH (a)-[r]->(b) WITH a, r, b, [k IN apoc.coll.sort(keys(r)) | k + '=' + apoc.convert.toJson(r[k])] AS properties
     RETURN elementId(r) + elementId(a) + elementId(b) + type(r) + apoc.text.join(properties, ' ') AS part`,
  )
  const hash = createHash('sha256')
  for (const part of rows.map((row) => row.part).sort()) hash.update(part).update('\n')
  return hash.digest('hex')
}
