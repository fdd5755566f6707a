import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, emptyGraph, rules as rulesOf } from '../../test/live.ts'
import { event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { createResolver } from './resolver.ts'
import { warmUp } from './warm-up.ts'

const rules = rulesOf()
let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())

/** Everything that the graph holds. */
async function everything(): Promise<string[]> {
  const rows = await ask<{ what: string }>(
    graph,
    `MATCH (n) RETURN apoc.convert.toJson([labels(n), properties(n)]) AS what
     UNION ALL MATCH ()-[r]->() RETURN apoc.convert.toJson([type(r), properties(r)]) AS what`,
  )
  return rows.map(({ what }) => what).sort()
}

test('a warm-up runs what a resolver runs, and leaves nothing behind', async () => {
  await createResolver({ graph, rules }).apply({ observations: [event()] })
  const before = await everything()
  const ran = new Set<string>()
  const watched: Graph = {
    ...graph,
    write: (work, onRetry) =>
      graph.write((tx, attempt) => {
        const run: typeof tx.run = (name, params) => {
          ran.add(name)
          return tx.run(name, params)
        }
        return work({ ...tx, run }, attempt)
      }, onRetry),
  }
  await warmUp({ graph: watched, rules })
  for (const part of [
    ...['create-identifiers', 'create-observed', 'create-customers', 'create-records', 'create-record-versions'],
    ...['save-identifiers', 'save-observed', 'save-customers', 'save-records', 'save-record-versions'],
    ...['retire-customers', 'save-offsets'],
  ]) {
    expect(ran).toContain(`identity/${part}`)
  }
  expect(await everything()).toEqual(before)
})

test('where the store refuses, the warm-up says so', async () => {
  const refusing: Graph = { ...graph, write: () => Promise.reject(new TypeError('away')) }
  await expect(warmUp({ graph: refusing, rules })).rejects.toThrow('away')
})
