import type { Graph } from '../graph/graph.ts'
import { componentsOf } from '../identity/components.ts'
import type { ScoredLink } from '../identity/links.ts'
import type { Policy } from '../identity/policy.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { createMatching } from '../matching/matching.ts'
import { modelInForce } from './model-in-force.ts'
import { type ReadStep, readFacts, readScored } from './read-facts.ts'

export interface CustomersAtOptions {
  readonly graph: Graph
  readonly policy: Policy
  /** Called with each row that is read, and each component that is resolved. */
  readonly onRow?: (step: CurveStep) => void
}

export type CurveStep = ReadStep | 'components'

// Nobody asks what these customers are called.
const ID_KEY = new Uint8Array(32)

/**
 * The customers that there would be if `linkThreshold` were another, all else as it is: at each of the thresholds, which
 * ascend, the members of each. Reads the whole graph once, as a rebuild does, and resolves a component again only where
 * a threshold parts its scored links. Nobody waits meanwhile: what is committed while it reads may be seen in part.
 */
export async function customersAt(
  thresholds: readonly number[],
  { graph, policy, onRow = () => undefined }: CustomersAtOptions,
  onCustomer: (threshold: number, members: readonly IdentifierKey[]) => void,
): Promise<void> {
  const policies = thresholds.map((linkThreshold) => ({ ...policy, linkThreshold }))
  const [lowest] = policies
  if (lowest === undefined) return
  const [facts] = await readFacts(graph, [policy], onRow)
  const scored = await readScored(graph, onRow)
  const matching = createMatching(await modelInForce(graph), policy)
  const components = componentsOf(facts, scored, { policy: lowest, matching, idKey: ID_KEY })
  for (let component = 0; component < components.count; component += 1) {
    onRow('components')
    let resolution = components.resolve(component)
    let before = lowest.linkThreshold
    for (const at of policies) {
      const parts = ({ probability }: ScoredLink) => before <= probability && probability < at.linkThreshold
      if (resolution.scored.some(parts)) resolution = components.resolve(component, at)
      for (const { members } of resolution.customers) onCustomer(at.linkThreshold, members)
      before = at.linkThreshold
    }
  }
}
