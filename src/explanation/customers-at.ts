import type { Graph } from '../graph/graph.ts'
import { eachIdentifier, eachObserved, eachRecord, eachScore, readAllDecisions } from '../graph/rebuild-reads.ts'
import { componentsOf } from '../identity/components.ts'
import type { ScoredLink } from '../identity/links.ts'
import { PackedFacts } from '../identity/packed-facts.ts'
import type { Policy } from '../identity/policy.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { createMatching } from '../matching/matching.ts'
import { modelInForce } from './model-in-force.ts'

export interface CustomersAtOptions {
  readonly graph: Graph
  readonly policy: Policy
  /** Called with each row that is read, and each component that is resolved. */
  readonly onRow?: (step: CurveStep) => void
}

export type CurveStep = 'records' | 'identifiers' | 'pairs' | 'scores' | 'components'

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
  const facts = await readFacts(graph, policy, onRow)
  const scored: ScoredLink[] = []
  await eachScore(graph, ({ a, b, probability, weight }) => {
    onRow('scores')
    scored.push({ a, b, probability, weight })
  })
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

async function readFacts(graph: Graph, policy: Policy, onRow: (step: CurveStep) => void): Promise<PackedFacts> {
  const facts = new PackedFacts(await readAllDecisions(graph), policy)
  await eachRecord(graph, (record) => {
    onRow('records')
    facts.addRecord(record)
  })
  await eachIdentifier(graph, (key, supports) => {
    onRow('identifiers')
    facts.addIdentifier(key, supports)
  })
  await eachObserved(graph, ({ a, b, supports }) => {
    onRow('pairs')
    // One committed since the identifiers were read.
    if (facts.ordinalOf(a) === undefined || facts.ordinalOf(b) === undefined) return
    facts.addObserved(a, b, supports)
  })
  facts.settle()
  return facts
}
