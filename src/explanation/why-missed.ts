import type { Transaction } from '../graph/graph.ts'
import { readNeighbourhood, readPlaces } from '../graph/identity-reads.ts'
import { readBlocks } from '../graph/scoring-reads.ts'
import { limitsOf } from '../identity/active-blocks.ts'
import { compareKeys } from '../identity/keys.ts'
import type { Policy } from '../identity/policy.ts'
import type { IdentifierKey, Status } from '../identity/types.ts'
import { createMatching } from '../matching/matching.ts'
import type { ComparedRecords } from './most-alike.ts'
import type { Side } from './paths.ts'
import { type Apart, type End, sharedBy, type WhyOptions, why } from './why.ts'

/** Why what belongs to one customer is in two places. */
export type Missed =
  | { readonly reason: 'unknown'; readonly keys: readonly IdentifierKey[] }
  | {
      readonly reason: MissReason
      readonly apart: Apart
      /** Identifiers that conduct nothing, with which both were seen. */
      readonly through: readonly NotConducting[]
      /** Of the records that are most alike: whether a block proposes them. */
      readonly blocks: 'active' | 'crowded' | 'none'
    }

/**
 * What would have to be otherwise, in this order:
 * - `waiting`: one of them is part of what was too large to be resolved;
 * - `no_customer`: one of them is an identifier that belongs to nobody;
 * - `kept_apart`: something stands between their customers, though links or records would join them;
 * - `not_proposed`: their records are alike enough, and nothing has them compared;
 * - `not_conducting`: they were seen with one identifier, which is shared or blocked;
 * - `too_little_alike`: their best records are below the link threshold;
 * - `nothing_in_common`: nobody saw them together, and one of them has no record to compare.
 */
type MissReason =
  | 'waiting'
  | 'no_customer'
  | 'kept_apart'
  | 'not_proposed'
  | 'not_conducting'
  | 'too_little_alike'
  | 'nothing_in_common'

export type NotConducting = Pick<End, 'key' | 'status' | 'shared'>

/**
 * Why two sides are not one customer's that should be, each given by what it holds of that one; undefined where by now
 * they are. Throws as `why`, save that what was never observed is an answer.
 */
export async function whyMissed(ones: Side, others: Side, options: WhyOptions): Promise<Missed | undefined> {
  const { graph, policy } = options
  const tx: Transaction = { run: graph.read }
  const known = await readPlaces(tx, [ones[0], others[0]])
  const unknown = [ones[0], others[0]].filter((key) => !known.has(key))
  if (unknown.length > 0) return { reason: 'unknown', keys: unknown }
  const apart = await why(ones, others, options)
  if (apart.together) return undefined
  const through = await notConductingBetween(tx, ones, others, policy)
  const blocks = apart.alike === undefined ? 'none' : await blocksOf(apart.alike, options)
  return { reason: reasonOf(apart, through, policy), apart, through, blocks }
}

function reasonOf({ ends, refused, between, alike }: Apart, through: readonly unknown[], policy: Policy): MissReason {
  if (ends.some(({ unresolved }) => unresolved)) return 'waiting'
  if (ends.some(({ customer }) => customer === undefined)) return 'no_customer'
  if (refused.length > 0 || between.some(({ type }) => type === 'changed_hands')) return 'kept_apart'
  if (alike !== undefined && alike.match.probability >= policy.linkThreshold) {
    return between.length > 0 ? 'kept_apart' : 'not_proposed'
  }
  if (through.length > 0) return 'not_conducting'
  return alike === undefined ? 'nothing_in_common' : 'too_little_alike'
}

async function notConductingBetween(
  tx: Transaction,
  ones: Side,
  others: Side,
  policy: Policy,
): Promise<NotConducting[]> {
  const [near, far] = await Promise.all([ones, others].map((side) => notConductingNear(tx, side)))
  const both = [...(near ?? [])].filter(([key]) => far?.has(key)).sort(([one], [other]) => compareKeys(one, other))
  return Promise.all(
    both.map(async ([key, status]) => {
      return { key, status, shared: status === 'shared' ? await sharedBy(tx, key, policy) : undefined }
    }),
  )
}

async function notConductingNear(tx: Transaction, side: Side): Promise<Map<IdentifierKey, Status>> {
  const neighbours = await readNeighbourhood(tx, side)
  return new Map(
    neighbours
      .filter(({ otherStatus }) => otherStatus !== 'linking')
      .map(({ other, otherStatus }) => [other, otherStatus]),
  )
}

async function blocksOf(
  { a, b }: ComparedRecords,
  { graph, policy, model }: WhyOptions,
): Promise<'active' | 'crowded' | 'none'> {
  const matching = createMatching(model, policy)
  const common = new Set(matching.blocksOf(a)).intersection(new Set(matching.blocksOf(b)))
  if (common.size === 0) return 'none'
  const members = await readBlocks({ run: graph.read }, limitsOf(common, policy.matching.maxBlock))
  return [...members.values()].some((records) => records !== 'many') ? 'active' : 'crowded'
}
