import { SelfsameError } from '../errors.ts'
import type { Graph } from '../graph/graph.ts'
import { changedPolicy, type PolicyChange } from '../identity/changed-policy.ts'
import { componentsOf } from '../identity/components.ts'
import { customerDifference, type Membership } from '../identity/customer-difference.ts'
import { type DifferenceTally, differenceTally, type ToldDifference } from '../identity/difference-tally.ts'
import type { Description } from '../identity/facts.ts'
import type { ScoredLink } from '../identity/links.ts'
import type { PackedFacts } from '../identity/packed-facts.ts'
import type { Policy } from '../identity/policy.ts'
import type { Rules } from '../identity/resolve.ts'
import { type BlockedRecord, scoredLinks } from '../identity/scoring.ts'
import { createMatching } from '../matching/matching.ts'
import { affectedGroups, type Side } from './affected-groups.ts'
import { modelInForce } from './model-in-force.ts'
import { type ReadStep, readFacts, readScored } from './read-facts.ts'
import { createLimit, type Limit, type LimitOptions, type StopReason } from './what-if-limit.ts'

export interface WhatIfOptions extends LimitOptions {
  readonly graph: Graph
  readonly rules: Pick<Rules, 'policy' | 'idKey'>
  /** Called with each row that is read, and each group of components that is compared. */
  readonly onRow?: (step: ReadStep | 'components') => void
}

/** What would be otherwise by another policy. */
export interface WhatIf {
  /** Undefined where all was looked at; else the bound that was reached, and what was seen so far is told. */
  readonly stopped: StopReason | undefined
  /** Identifiers that were read. */
  readonly identifiers: number
  /** Customers of today that would be others, or none. */
  readonly affected: number
  /** Scored pairs between the review threshold and the link threshold; undefined where they were not reached. */
  readonly toReview: { readonly before: number; readonly after: number } | undefined
  readonly difference: ToldDifference
}

/**
 * The exact difference in customers that another policy would make, on the graph as it is; nothing is written. Both sides
 * are resolved from one reading, so that what is committed meanwhile is no difference; only what the change reaches is
 * resolved. Throws `policy_invalid` as the policy file would, `aborted` where the signal says so.
 */
export async function whatIfPolicy(change: PolicyChange, options: WhatIfOptions): Promise<WhatIf> {
  const { graph, rules, onRow = () => undefined } = options
  const policy = changedPolicy(rules.policy, change)
  const limit = createLimit(options)
  const seen: Seen = { identifiers: 0, affected: 0, toReview: undefined, tally: differenceTally() }
  const told = (stopped: StopReason | undefined): WhatIf => {
    const { tally, ...figures } = seen
    return { stopped, ...figures, difference: tally.told() }
  }
  try {
    const comparing = { graph, rules, policy, limit, onRow }
    await Promise.race([compare(comparing, seen), limit.reached])
    return told(undefined)
  } catch (error) {
    const reason = limit.reason()
    if (reason === undefined) throw error
    if (reason === 'aborted') throw new SelfsameError('aborted', 'whoever asked is gone', { cause: error })
    return told(reason)
  } finally {
    limit.end()
  }
}

interface Seen {
  identifiers: number
  affected: number
  toReview: WhatIf['toReview']
  readonly tally: DifferenceTally
}

interface Comparing extends Required<Pick<WhatIfOptions, 'graph' | 'rules' | 'onRow'>> {
  /** The other one. */
  readonly policy: Policy
  readonly limit: Limit
}

async function compare({ graph, rules, policy, limit, onRow }: Comparing, seen: Seen): Promise<void> {
  const row = (step: ReadStep) => {
    limit.row(step)
    if (step === 'identifiers') seen.identifiers += 1
    onRow(step)
  }
  const isSharedAlike = JSON.stringify(limitsIn(rules.policy)) === JSON.stringify(limitsIn(policy))
  const [facts, other = facts] = await readFacts(graph, isSharedAlike ? [rules.policy] : [rules.policy, policy], row)
  if (facts === undefined) return
  const scored = await readScored(graph, row)
  const model = await modelInForce(graph)
  const by = (policy: Policy): Rules => ({ policy, idKey: rules.idKey, matching: createMatching(model, policy) })
  const [now, then] = [by(rules.policy), by(policy)]
  const rescored = isScoredAlike(now.policy, then.policy)
    ? scored
    : await scoreAnew(facts.records.values(), then, limit)
  seen.toReview = { before: waiting(scored, now.policy), after: waiting(rescored, then.policy) }
  const sideOf = async (facts: PackedFacts, scored: readonly ScoredLink[], rules: Rules): Promise<Side> => {
    await limit.pause()
    const components = componentsOf(facts, scored, rules)
    return { facts, scored, linkThreshold: rules.policy.linkThreshold, components }
  }
  const sides = [await sideOf(facts, scored, now), await sideOf(other, rescored, then)] as const
  for (const group of affectedGroups(...sides)) {
    await limit.pause()
    onRow('components')
    const before = await customersOf(group.before, sides[0], limit)
    const after = await customersOf(group.after, sides[1], limit)
    const difference = customerDifference(before, after)
    seen.tally.add(difference)
    const { changed, split, absorbed, dissolved } = difference
    seen.affected += changed.length + split.length + absorbed.length + dissolved.length
  }
}

async function customersOf(numbers: readonly number[], { components }: Side, limit: Limit): Promise<Membership[]> {
  const customers: Membership[] = []
  for (const number of numbers) {
    await limit.pause()
    customers.push(...components.resolve(number).customers.map(({ id, members }) => ({ id, members })))
  }
  return customers
}

function limitsIn({ kinds }: Policy) {
  return Object.entries(kinds).map(([kind, { sharedAbove }]) => [kind, Object.entries(sharedAbove).sort()])
}

/** Whether the pairs that the graph holds are all that the other policy asks about. */
function isScoredAlike(now: Policy, then: Policy): boolean {
  const isAsDeep = then.reviewThreshold >= now.reviewThreshold && then.linkThreshold >= now.reviewThreshold
  return isAsDeep && then.matching.maxBlock === now.matching.maxBlock
}

async function scoreAnew(records: Iterable<Description>, rules: Rules, limit: Limit): Promise<ScoredLink[]> {
  const blocked: BlockedRecord[] = []
  for (const record of records) {
    blocked.push({ record, blocks: rules.matching.blocksOf(record) })
    await limit.pause()
  }
  const score: Rules['matching']['score'] = async (pairs) => {
    await limit.pause()
    return await rules.matching.score(pairs)
  }
  return await scoredLinks(blocked, { ...rules, matching: { ...rules.matching, score } })
}

function waiting(scored: readonly ScoredLink[], { reviewThreshold, linkThreshold }: Policy): number {
  return scored.filter(({ probability }) => probability >= reviewThreshold && probability < linkThreshold).length
}
