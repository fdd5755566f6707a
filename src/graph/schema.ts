import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph } from './graph.ts'

const folder = join(import.meta.dirname, '..', '..', 'cypher', 'schema')

/** Makes the constraints and indexes that are not there yet, in order, and waits until they serve. */
export async function applySchema(graph: Graph): Promise<void> {
  // A read is not tried again: who starts where the store is away hears of it at once.
  await graph.read('read/ping')
  const names = readdirSync(folder)
    .sort()
    .map((file) => `schema/${file.replace(/\.cypher$/, '')}`)
  for (const name of names) await graph.write((transaction) => transaction.run(name))
  await graph.read('read/await-indexes')
}
