import { setTimeout as sleep } from 'node:timers/promises'
import { carryOut } from '../../src/commands/withdraw.ts'
import type { Graph } from '../../src/graph/graph.ts'
import { parseSupport } from '../../src/identity/evidence.ts'
import type { Decision } from '../../src/identity/types.ts'
import type { Resolver } from '../../src/resolver/resolver-types.ts'

const PAUSE_MS = 500
const PATIENCE_MS = 300_000

/** Takes a decision as a person would: again where it was interrupted, until it is carried out. */
export function decide({ graph, resolver }: { graph: Graph; resolver: Resolver }, decision: Decision): Promise<void> {
  return insist(async () => {
    if (decision.decision !== 'withdrawal') await resolver.apply({ observations: [], decisions: [decision] })
    else {
      const { source, load, recordId: record } = parseSupport(decision.scope)
      await carryOut({ graph, resolver }, decision, { source, load: load === '' ? undefined : load, record })
    }
  })
}

/** Does it again until it succeeds; for minutes, whatever is away. */
export async function insist(work: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await sleep(PAUSE_MS)
    }
  }
}
