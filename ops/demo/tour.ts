import { exampleQueries } from '../../src/api/example-queries.ts'
import type { Config } from '../../src/config.ts'
import type { Graph } from '../../src/graph/graph.ts'
import { queryWarehouse } from '../../src/warehouse/query.ts'
import type { Child } from './children.ts'

const SPENDING = `SELECT c.name, c.phone, count(*) AS orders, sum((e.properties->>'total')::BIGINT) AS spent
FROM events e JOIN identity_map m USING (kind, value) JOIN customer_360 c USING (customer_id)
WHERE e.name = 'Order Completed' AND c.phone IS NOT NULL GROUP BY ALL ORDER BY spent DESC, c.phone LIMIT 5`

const CYPHER = [
  ['Which phones and loyalty cards were seen together?', 'MATCH p = (:Phone)--(:LoyaltyCard) RETURN p LIMIT 25'],
  [
    'The customers with the most browsers, and all they are known by',
    'MATCH (c:Customer)<-[:IDENTIFIES]-(k:Cookie) WITH c, count(k) AS cookies ORDER BY cookies DESC LIMIT 3 MATCH p = (c)<-[:IDENTIFIES]-() RETURN p',
  ],
  [
    'Links that were refused: what would have made two people one',
    'MATCH p = (:Customer)<-[:IDENTIFIES]-()-[o:OBSERVED]-()-[:IDENTIFIES]->(:Customer) WHERE o.refused RETURN p LIMIT 10',
  ],
] as const

const FRAUD = [
  'Identifiers that too many share, and who is around them',
  "MATCH (i:Identifier {status: 'shared'})-[:OBSERVED]-(n) WITH i, count(n) AS neighbours ORDER BY neighbours DESC LIMIT 3 MATCH p = (i)-[:OBSERVED]-()-[:IDENTIFIES]->(:Customer) RETURN p LIMIT 100",
] as const

/** Prints where to look next, with the answers that stand there now. */
export async function printTour({ config, graph, api }: { config: Config; graph: Graph; api: Child }): Promise<void> {
  console.info(`\nGraphQL   ${api.url}/graphql   (GraphiQL: ${api.url}/)`)
  console.info('          no authentication yet: it listens on this machine only')
  for (const { title, query } of await exampleQueries(graph)) {
    console.info(`\n# ${title.replaceAll('\n', ' ')}\n${query}`)
    console.info(indented(JSON.stringify(await ask(`${api.url}/graphql`, query), null, 1), 24))
  }
  console.info(`\nWarehouse ${config.warehouse_file}\n          npx selfsame sql --stack demo "…"\n\n${SPENDING}`)
  const table = await queryWarehouse({ file: config.warehouse_file, sql: SPENDING }, async ({ columns, rows }) => {
    const lines = [columns.join(' | ')]
    for await (const bunch of rows) lines.push(...bunch.map((row) => row.join(' | ')))
    return lines.join('\n')
  })
  console.info(indented(table, 10))
  console.info(
    `\nNeo4j     ${config.neo4j_browser_url ?? config.neo4j_uri}   (user ${config.neo4j_user}; the password is in the stack's stack.env)`,
  )
  for (const [title, cypher] of CYPHER) console.info(`\n// ${title}\n${cypher}`)
  console.info(`\n// For the fraud team: ${FRAUD[0]}\n${FRAUD[1]}`)
}

async function ask(url: string, query: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return await answer.json()
}

function indented(text: string, most: number): string {
  const lines = text.split('\n')
  const shown = lines.length > most ? [...lines.slice(0, most), '…'] : lines
  return shown.map((line) => `    ${line}`).join('\n')
}
