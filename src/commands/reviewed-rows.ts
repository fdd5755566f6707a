import type { Graph } from '../graph/graph.ts'
import { readAllDecisions } from '../graph/rebuild-reads.ts'
import type { Rules } from '../identity/resolve.ts'
import { train as learn } from '../matching/train.ts'
import { type LabelledPair, trainingRows } from '../matching/training-rows.ts'
import { reviewedPairs } from './reviewed-pairs.ts'
import { isVerdict, MOST_RECORDS, readRecords } from './train.ts'

/**
 * Rows of the pairs that people have reviewed, weighed by what the graph's own records teach. None where nobody has
 * reviewed any.
 */
export async function reviewedRows({ graph, rules }: { graph: Graph; rules: Rules }): Promise<Iterable<string>> {
  const assertions = (await readAllDecisions(graph)).filter(isVerdict)
  const { comparables, all, about } = await readRecords(graph, rules, MOST_RECORDS, assertions)
  const { policy } = rules
  const weights = learn(comparables, { maxBlock: policy.matching.maxBlock, of: all }).model
  const pairs = reviewedPairs(assertions, about).flatMap(({ a, b, same, fold }) =>
    a.flatMap((one) => b.map((other): LabelledPair => ({ one, other, same, fold }))),
  )
  return trainingRows(pairs, { weights, policy, origin: 'reviewed' })
}
