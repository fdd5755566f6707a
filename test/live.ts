import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Config, readConfig } from '../src/config.ts'
import { type Graph, openGraph } from '../src/graph/graph.ts'
import { applySchema } from '../src/graph/schema.ts'
import { type Policy, parsePolicy } from '../src/identity/policy.ts'
import { type Rules, withoutModel } from '../src/identity/resolve.ts'

/** The stack that live tests share; its addresses come from the environment, see live-setup.ts. */
export function live(): Config {
  return readConfig()
}

/** An open graph with its constraints, emptied. Close it when done. */
export async function emptyGraph(config: Config = live()): Promise<Graph> {
  const graph = openGraph(config)
  await applySchema(graph)
  await wipe(graph)
  return graph
}

/** Deletes all nodes and relationships, in transactions of bounded size. */
export async function wipe(graph: Graph): Promise<void> {
  const session = graph.driver.session({ database: graph.database })
  try {
    await session.run('MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS')
  } finally {
    await session.close()
  }
}

/** Rows of a statement that only a test asks. */
export async function ask<R extends object>(graph: Graph, text: string, params: object = {}): Promise<R[]> {
  const session = graph.driver.session({ database: graph.database })
  try {
    const { records } = await session.run(text, params)
    return records.map((record) => JSON.parse(JSON.stringify(record.toObject(), integersAsNumbers)) as R)
  } finally {
    await session.close()
  }
}

function integersAsNumbers(_: string, value: unknown): unknown {
  const isInteger = value !== null && typeof value === 'object' && 'low' in value && 'high' in value
  return isInteger ? Number(BigInt(value.high as number) * 2n ** 32n + BigInt((value.low as number) >>> 0)) : value
}

export function shippedPolicy(): Policy {
  return parsePolicy(readFileSync(new URL('../ops/policy.yaml', import.meta.url), 'utf8'))
}

/** The rules without a model, with a key of this call's own. */
export function rules(policy: Policy = shippedPolicy(), idKey: Uint8Array = randomBytes(32)): Rules {
  return { policy, idKey, matching: withoutModel }
}
