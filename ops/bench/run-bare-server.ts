import Fastify from 'fastify'
import { readConfig } from '../../src/config.ts'
import { openGraph } from '../../src/graph/graph.ts'
import { normalise } from '../../src/identity/normalise.ts'
import { loadPolicy } from '../../src/rules.ts'
import { STACK } from './bench-stack.ts'
import { rawStatement } from './raw-cypher.ts'

/**
 * What the API is measured against: one route that sends one statement, written by hand, for the same answer to the
 * same question, in the cheapest transaction. It tells its parent its address, and leaves as run-worker.ts.
 */
const config = readConfig({ stack: STACK, env: {} })
const policy = loadPolicy(config)
const graph = openGraph(config)
const statement = rawStatement('profile')
const app = Fastify()

interface Body {
  readonly variables: { readonly kind: string; readonly value: string }
}

app.post('/graphql', async (request) => {
  const { kind, value } = (request.body as Body).variables
  const identifier = normalise(kind, value, { policy, scope: '', country: policy.defaultCountry })
  if (typeof identifier === 'string') return { errors: [identifier] }
  const session = graph.driver.session({ database: graph.database, defaultAccessMode: 'READ' })
  try {
    const { records } = await session.run(statement, { key: identifier.key })
    return { data: { identifier: plain(records[0]?.get('identifier') ?? null) } }
  } finally {
    await session.close()
  }
})

/** The size of a customer is the one whole number. */
function plain(found: { customer: { size: unknown } | null } | null) {
  if (found?.customer) found.customer.size = Number(found.customer.size)
  return found
}

const address = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ address })
for (const event of ['SIGTERM', 'disconnect']) {
  process.once(event, async () => {
    await app.close()
    await graph.close()
    process.exit()
  })
}
