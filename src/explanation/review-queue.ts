import { type Graph, int, type Transaction } from '../graph/graph.ts'
import { readRecordsAbout } from '../graph/record-reads.ts'
import type { Policy } from '../identity/policy.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { modelInForce } from './model-in-force.ts'
import { type ComparedRecords, mostAlike } from './most-alike.ts'

/** A pair that a person should look at. `a` < `b`. */
export interface ReviewPair {
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly probability: number
  /** Uncertainty (1 at even odds, 0 where the model is sure) times the pairs of identifiers that a merger would join. */
  readonly priority: number
  /** Whether somebody has looked already and could not tell. */
  readonly unsure: boolean
  /** The records that are most alike; undefined where they say nothing any more. */
  readonly records: ComparedRecords | undefined
}

/**
 * Pairs between the review and the link threshold about which nobody has decided and that are not one customer's already,
 * those first about which a decision tells and changes most; those last about which a person was unsure. The order is
 * that of one moment, `limit` pairs of it; their records are read as the pairs are taken.
 */
export async function* reviewQueue(
  { graph, policy }: { readonly graph: Graph; readonly policy: Policy },
  limit: number,
): AsyncGenerator<ReviewPair> {
  const rows = await graph.read<Omit<ReviewPair, 'records'>>('read/review-queue', {
    ...{ least: policy.reviewThreshold, below: policy.linkThreshold, limit: int(limit) },
  })
  const model = await modelInForce(graph)
  const tx: Transaction = { run: graph.read }
  for (const row of rows) {
    const about = Map.groupBy(await readRecordsAbout(tx, [row.a, row.b]), ({ account }) => account)
    yield { ...row, records: await mostAlike(about.get(row.a) ?? [], about.get(row.b) ?? [], { model, policy }) }
  }
}
