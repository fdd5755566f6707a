import { createApiSchema } from '../src/api/schema.ts'
import { createSealedKeys } from '../src/api/sealed-keys.ts'
import { openGraph } from '../src/graph/graph.ts'
import type { Policy } from '../src/identity/policy.ts'
import { createResolver } from '../src/resolver/resolver.ts'
import { rules } from './live.ts'

// The driver connects when it is first asked; here it never is.
const NOWHERE = { neo4j_uri: 'bolt://127.0.0.1:1', neo4j_user: 'nobody', neo4j_password: '', neo4j_database: 'neo4j' }

/** The public schema, to be looked at and not to be asked. */
export async function unaskedSchema(policy: Policy, kinds: readonly string[] = Object.keys(policy.kinds)) {
  const graph = openGraph(NOWHERE)
  const unused = rules(policy)
  const sealedKeys = createSealedKeys(new Uint8Array(32))
  try {
    return await createApiSchema({
      graph,
      policy,
      kinds,
      sealedKeys,
      rules: unused,
      resolver: createResolver({ graph, rules: unused }),
    })
  } finally {
    await graph.close()
  }
}
