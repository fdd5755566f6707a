import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph } from '../../src/graph/graph.ts'

/** The text of a statement in `cypher/` beside this file. */
export function rawStatement(name: string): string {
  return readFileSync(join(import.meta.dirname, 'cypher', `${name}.cypher`), 'utf8')
}

/** Rows as the driver gives them, so that they can be written again as they are: integers and times unchanged. */
export async function rowsOf<R extends object>(graph: Graph, name: string, params: object = {}): Promise<R[]> {
  const { records } = await graph.driver.executeQuery(rawStatement(name), params, { database: graph.database })
  return records.map((record) => record.toObject() as R)
}

/** Deletes all nodes and relationships, in transactions of bounded size. No worker may run. */
export async function emptyGraph(graph: Graph): Promise<void> {
  await runAlone(graph, 'delete-everything')
}

/** The same under workers that go on: where they read from and the locks stay. */
export async function deleteEvidence(graph: Graph): Promise<void> {
  await runAlone(graph, 'delete-evidence')
}

/** Runs a statement that makes its own transactions. */
export async function runAlone(graph: Graph, name: string): Promise<void> {
  const session = graph.driver.session({ database: graph.database })
  try {
    await session.run(rawStatement(name))
  } finally {
    await session.close()
  }
}
