import { identifierOf } from '../../src/identity/keys.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { IdentifierKey } from '../../src/identity/types.ts'
import type { OracleRecord } from './what-counts.ts'

/** What the question "may these two sets be one customer?" looks at. */
export interface CannotLinkWorld {
  readonly policy: Policy
  readonly records: readonly OracleRecord[]
  readonly notSame: readonly { readonly a: IdentifierKey; readonly b: IdentifierKey }[]
  contradicts(a: OracleRecord, b: OracleRecord): boolean
}

export type Reason = 'not_same_as' | 'contradiction' | 'capacity' | 'size'

/** Every sort of cannot-link between two disjoint sets of identifiers, each asked of all pairs. */
export function whatStandsBetween(
  one: readonly IdentifierKey[],
  other: readonly IdentifierKey[],
  world: CannotLinkWorld,
): Reason[] {
  const reasons: Reason[] = []
  for (const x of one) {
    for (const y of other) {
      if (world.notSame.some(({ a, b }) => (a === x && b === y) || (a === y && b === x))) reasons.push('not_same_as')
      if (accountsContradict(x, y, world)) reasons.push('contradiction')
    }
  }
  for (const [kind, { perCustomer }] of Object.entries(world.policy.kinds)) {
    const held = (side: readonly IdentifierKey[]) => side.filter((key) => identifierOf(key).kind === kind).length
    const both = held(one) > 0 && held(other) > 0
    if (perCustomer !== null && both && held(one) + held(other) > perCustomer) reasons.push('capacity')
  }
  if (one.length + other.length > world.policy.maxIdentifiers) reasons.push('size')
  return [...new Set(reasons)]
}

/** Whether any records about the two are two people's. */
export function accountsContradict(
  x: IdentifierKey,
  y: IdentifierKey,
  { records, contradicts }: CannotLinkWorld,
): boolean {
  const about = (account: IdentifierKey) => records.filter((record) => record.account === account)
  return about(x).some((one) => about(y).some((other) => contradicts(one, other)))
}
