import { type Graph, int } from '../graph/graph.ts'

const PAGE = 10_000

/** Labels every customer and former customer as changed, in pages: a warehouse that starts empty gets all of them. */
export async function markEverything(graph: Graph): Promise<void> {
  await markAll(graph, 'warehouse/mark-customers')
  await markAll(graph, 'warehouse/mark-former-customers')
}

async function markAll(graph: Graph, statement: string): Promise<void> {
  let after: string | null = ''
  while (after !== null) after = await markPage(graph, statement, after)
}

/** Returns the last id of the page, null after the end. */
async function markPage(graph: Graph, statement: string, after: string): Promise<string | null> {
  const params = { after, limit: int(PAGE) }
  const [page] = await graph.write((transaction) => transaction.run<{ last: string | null }>(statement, params))
  return page?.last ?? null
}
