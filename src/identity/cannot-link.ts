import type { CurrentRecord } from './facts.ts'
import { identifierOf, pairOf } from './keys.ts'
import type { Policy } from './policy.ts'
import type { Assertion, IdentifierKey, Kind, PairKey, RecordKey } from './types.ts'

/** What stands between two groups of identifiers. */
export type CannotLink =
  | { readonly type: 'not_same_as'; readonly a: IdentifierKey; readonly b: IdentifierKey }
  | { readonly type: 'contradiction'; readonly a: RecordKey; readonly b: RecordKey }
  | { readonly type: 'capacity'; readonly kind: Kind; readonly limit: number; readonly together: number }
  | { readonly type: 'size'; readonly limit: number; readonly together: number }

/** Two groups as the constraints see them. */
export interface Group {
  readonly size: number
  readonly kinds: ReadonlyMap<Kind, number>
  readonly records: readonly CurrentRecord[]
  /** Members that a NOT_SAME_AS names. */
  readonly decided: readonly IdentifierKey[]
}

export interface Constraints {
  readonly policy: Policy
  readonly contradicts: (a: CurrentRecord, b: CurrentRecord) => boolean
  readonly notSame: ReadonlyMap<IdentifierKey, readonly IdentifierKey[]>
}

/** The partners of each identifier in a NOT_SAME_AS that is in force. */
export function notSamePartners(assertions: ReadonlyMap<PairKey, Assertion>): Map<IdentifierKey, IdentifierKey[]> {
  const partners = new Map<IdentifierKey, IdentifierKey[]>()
  for (const [pair, { verdict }] of assertions) {
    if (verdict !== 'not_same') continue
    const [a, b] = pairOf(pair)
    partners.set(a, [...(partners.get(a) ?? []), b])
    partners.set(b, [...(partners.get(b) ?? []), a])
  }
  return partners
}

export function groupOf(
  members: readonly IdentifierKey[],
  recordsOf: (account: IdentifierKey) => readonly CurrentRecord[],
  notSame: Constraints['notSame'],
): Group {
  const kinds = new Map<Kind, number>()
  for (const member of members) {
    const { kind } = identifierOf(member)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  return {
    size: members.length,
    kinds,
    records: members.flatMap(recordsOf),
    decided: members.filter((member) => notSame.has(member)),
  }
}

/** NOT_SAME_AS across: the one thing that also refuses a SAME_AS. `inOther` tells the members of the other group. */
export function* decidedApart(
  group: Group,
  inOther: (key: IdentifierKey) => boolean,
  { notSame }: Constraints,
): Generator<CannotLink> {
  for (const a of group.decided) {
    for (const b of notSame.get(a) ?? []) if (inOther(b)) yield { type: 'not_same_as', a, b }
  }
}

/** Everything that stands between two groups, the cheapest question first; the first answer refuses a link. */
export function* cannotLinks(
  one: Group,
  other: Group,
  inOther: (key: IdentifierKey) => boolean,
  constraints: Constraints,
): Generator<CannotLink> {
  yield* decidedApart(one, inOther, constraints)
  yield* overCapacityTogether(one, other, constraints.policy)
  yield* contradictions(one, other, constraints)
}

/** What one group holds too much of. */
export function* overCapacity({ size, kinds }: Pick<Group, 'size' | 'kinds'>, policy: Policy): Generator<CannotLink> {
  if (size > policy.maxIdentifiers) yield { type: 'size', limit: policy.maxIdentifiers, together: size }
  for (const [kind, together] of kinds) {
    const limit = policy.kinds[kind]?.perCustomer ?? null
    if (limit !== null && together > limit) yield { type: 'capacity', kind, limit, together }
  }
}

/** What two groups would hold too much of: of a kind, only where both hold some. */
function* overCapacityTogether(one: Group, other: Group, policy: Policy): Generator<CannotLink> {
  const kinds = new Map<Kind, number>()
  for (const [kind, count] of one.kinds) {
    const others = other.kinds.get(kind)
    if (others !== undefined) kinds.set(kind, count + others)
  }
  yield* overCapacity({ size: one.size + other.size, kinds }, policy)
}

function* contradictions(one: Group, other: Group, { contradicts }: Constraints): Generator<CannotLink> {
  for (const a of one.records) {
    for (const b of other.records) {
      // Records of one account go to review instead: an account cannot be two customers.
      if (a.account !== b.account && contradicts(a, b)) yield { type: 'contradiction', a: a.key, b: b.key }
    }
  }
}
