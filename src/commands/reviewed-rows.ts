import type { Graph } from '../graph/graph.ts'
import type { Policy } from '../identity/policy.ts'
import { type LabelledPair, trainingRows } from '../matching/training-rows.ts'
import { learnWeights } from './learn-weights.ts'

/**
 * Rows of the pairs that people have reviewed, weighed by what `selfsame train` would learn now. None where nobody has
 * reviewed any. Throws `too_few_records`.
 */
export async function reviewedRows({ graph, policy }: { graph: Graph; policy: Policy }): Promise<Iterable<string>> {
  const { training, reviewed } = await learnWeights({ graph, policy })
  const pairs = reviewed.flatMap(({ a, b, same, fold }) =>
    a.flatMap((one) => b.map((other): LabelledPair => ({ one, other, same, fold }))),
  )
  return trainingRows(pairs, { weights: training.model, policy, origin: 'reviewed' })
}
