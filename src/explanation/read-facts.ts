import type { Graph } from '../graph/graph.ts'
import { eachIdentifier, eachObserved, eachRecord, eachScore, readAllDecisions } from '../graph/rebuild-reads.ts'
import type { ScoredLink } from '../identity/links.ts'
import { PackedFacts } from '../identity/packed-facts.ts'
import type { Policy } from '../identity/policy.ts'

export type ReadStep = 'records' | 'identifiers' | 'pairs' | 'scores'

/** The facts of a whole graph by each of several policies. */
export type FactsBy<P extends readonly Policy[]> = { readonly [index in keyof P]: PackedFacts }

/**
 * Reads the whole graph once, as a rebuild does, and tells the facts by each policy; numbers are the same in all of them.
 * Nobody waits meanwhile: what is committed while it reads may be seen in part. What `onRow` throws ends it.
 */
export async function readFacts<const P extends readonly Policy[]>(
  graph: Graph,
  policies: P,
  onRow: (step: ReadStep) => void,
): Promise<FactsBy<P>> {
  const decisions = await readAllDecisions(graph)
  const all = policies.map((policy) => new PackedFacts(decisions, policy))
  await eachRecord(graph, (record) => {
    onRow('records')
    for (const facts of all) facts.addRecord(record)
  })
  await eachIdentifier(graph, (key, supports) => {
    onRow('identifiers')
    for (const facts of all) facts.addIdentifier(key, supports)
  })
  await eachObserved(graph, ({ a, b, supports }) => {
    onRow('pairs')
    for (const facts of all) {
      // One committed since the identifiers were read.
      if (facts.ordinalOf(a) === undefined || facts.ordinalOf(b) === undefined) return
      facts.addObserved(a, b, supports)
    }
  })
  for (const facts of all) facts.settle()
  return all as unknown as FactsBy<P>
}

/** Every scored pair of the graph. */
export async function readScored(graph: Graph, onRow: (step: ReadStep) => void): Promise<ScoredLink[]> {
  const scored: ScoredLink[] = []
  await eachScore(graph, ({ a, b, probability, weight }) => {
    onRow('scores')
    scored.push({ a, b, probability, weight })
  })
  return scored
}
