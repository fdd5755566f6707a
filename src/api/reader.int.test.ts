import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, emptyGraph } from '../../test/live.ts'
import type { Graph } from '../graph/graph.ts'
import { createContext } from './context.ts'
import { createReader } from './reader.ts'

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(async () => await graph?.close())

/** Minutes, where nobody ends it. */
const SLOW = (mark: string) =>
  `UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a + b AS c RETURN max(c) AS ${mark}`
const underWay = async (mark: string) => {
  const rows = await ask<{ query: string }>(graph, 'SHOW TRANSACTIONS YIELD currentQuery AS query RETURN query')
  return rows.some(({ query }) => query?.includes(`AS ${mark}`) && query.includes('UNWIND'))
}
const until = async (holds: () => Promise<boolean>) => {
  while (!(await holds())) await sleep(50)
}

describe('a read', () => {
  it('answers, with the counters that the library looks at', async () => {
    const { records, summary } = await createReader(graph, { timeoutMs: 1000 }).run('RETURN $x AS x', { x: 'y' })
    expect(records.map((record) => record.toObject())).toEqual([{ x: 'y' }])
    expect(summary.counters.updates().nodesCreated).toBe(0)
  })

  it('cannot write', async () => {
    const writing = createReader(graph, { timeoutMs: 1000 }).run('CREATE (:Identifier)')
    await expect(writing).rejects.toMatchObject({ code: 'Neo.ClientError.Statement.AccessMode' })
  })

  it('is given up by Neo4j after its time', async () => {
    const reading = createReader(graph, { timeoutMs: 300 }).run(SLOW('late'))
    await expect(reading).rejects.toMatchObject({
      code: 'Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration',
    })
    await until(async () => !(await underWay('late')))
  })

  it('ends in Neo4j too when whoever asked is gone', async () => {
    const app = Fastify()
    let outcome: unknown
    app.get('/', async (_, reply) => {
      const { executionContext } = createContext(graph, { caller: { role: 'app', name: 'an' }, reply })
      outcome = await executionContext.run(SLOW('gone')).catch((error: { code: string }) => error.code)
      return 'answered'
    })
    const url = await app.listen({ port: 0 })
    const client = new AbortController()
    const asking = fetch(url, { signal: client.signal }).catch(() => 'gone')
    await until(() => underWay('gone'))
    client.abort()
    expect(await asking).toBe('gone')
    await until(async () => !(await underWay('gone')))
    expect(outcome).toBe('client_gone')
    await app.close()
  })
})
