import { readConfig } from '../config.ts'
import { type Graph, openGraph } from '../graph/graph.ts'
import { applySchema } from '../graph/schema.ts'
import type { Policy } from '../identity/policy.ts'
import { createResolver } from '../resolver/resolver.ts'
import type { DecidingResolver } from '../resolver/resolver-types.ts'
import { loadRules } from '../rules.ts'

export interface Desk {
  readonly graph: Graph
  readonly policy: Policy
  readonly resolver: DecidingResolver
}

/** Does what a person decides on the graph of a stack, and closes it whatever happens. */
export async function withResolver(stack: string | undefined, work: (desk: Desk) => Promise<void>): Promise<void> {
  const config = readConfig({ stack })
  const graph = openGraph(config)
  try {
    await applySchema(graph)
    const rules = loadRules(config)
    const resolver = createResolver({ graph, rules, slowPathLimit: config.slow_path_limit })
    await work({ graph, policy: rules.policy, resolver })
  } finally {
    await graph.close()
  }
}
