import type { Transaction } from '../graph/graph.ts'
import { readAssertions } from '../graph/identity-reads.ts'
import { decisionsInForce } from '../identity/facts.ts'
import { type CustomerGroup, type Joined, joinCustomers } from '../identity/join-customers.ts'
import type { Rules } from '../identity/resolve.ts'
import type { Assertion, IdentifierKey, PairKey } from '../identity/types.ts'
import { type Growing, growthOf } from './growth.ts'
import type { Touched } from './touched.ts'

export interface FastPath {
  readonly joined: readonly Joined[]
  /** Groups that only the slow path can tell. */
  readonly slow: readonly CustomerGroup[]
  /** Groups left as they are, being part of what was left before. */
  readonly unresolved: readonly CustomerGroup[]
}

/** Decides, group by group of customers that the batch joins, what can be told without looking at their links. */
export async function takeFastPath(
  tx: Transaction,
  growing: Omit<Growing, 'assertions' | 'policy'>,
  rules: Rules,
): Promise<FastPath> {
  const { touched, grown } = growing
  const assertions = await assertionsAbout(tx, touched, grown.keys())
  const growth = growthOf({ ...growing, assertions, policy: rules.policy })
  const { joined, slow } = joinCustomers(growth, rules)
  const alone = [...growth.slow]
    .filter((key) => !growth.linking.has(key))
    .map((key) => ({ keys: [key], customers: [] }))
  const isLeft = ({ keys, customers }: CustomerGroup) =>
    customers.some((customer) => customer.unresolved) ||
    keys.some((key) => touched.before.identifiers.get(key)?.unresolved === true)
  const { left = [], open = [] } = Object.groupBy([...slow, ...alone], (group) => (isLeft(group) ? 'left' : 'open'))
  return { joined, slow: open, unresolved: left }
}

async function assertionsAbout(
  tx: Transaction,
  { before }: Touched,
  keys: Iterable<IdentifierKey>,
): Promise<ReadonlyMap<PairKey, Assertion>> {
  if (!before.decided.anyAssertion) return new Map()
  const members = [...before.customers.values()].flatMap((customer) => customer.members)
  return decisionsInForce(await readAssertions(tx, new Set([...keys, ...members]))).assertions
}
