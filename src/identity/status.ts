import type { Facts } from './facts.ts'
import { identifierOf, pairOf } from './keys.ts'
import type { Policy } from './policy.ts'
import type { IdentifierKey, Kind, Status } from './types.ts'

/** How many distinct neighbours of each kind an identifier has. */
export type NeighbourCounts = ReadonlyMap<Kind, number>

/** The status of every identifier that stands on a support. Neighbours count whatever their own status. */
export function statusesOf(facts: Facts, policy: Policy): Map<IdentifierKey, Status> {
  const counts = neighbourCounts(facts)
  const statuses = new Map<IdentifierKey, Status>()
  for (const key of facts.identifiers.keys()) {
    statuses.set(key, statusOf(key, counts.get(key) ?? new Map(), facts.overrides.get(key), policy))
  }
  return statuses
}

/** `allow` lifts placeholder and shared alike. */
export function statusOf(
  key: IdentifierKey,
  counts: NeighbourCounts,
  override: 'block' | 'allow' | undefined,
  policy: Policy,
): Status {
  const { kind, value } = identifierOf(key)
  if (override === 'block') return 'blocked'
  if (override === 'allow') return 'linking'
  if (policy.isPlaceholder(kind, value)) return 'blocked'
  return sharedIn(kind, counts, policy) === undefined ? 'linking' : 'shared'
}

/** Whether neighbours of a kind are counted at all: whether the policy limits them for identifiers of this kind. */
export function isLimited(kind: Kind, neighbour: Kind, policy: Policy): boolean {
  return policy.kinds[kind]?.sharedAbove[neighbour] !== undefined
}

/** The neighbour kind of which there are more than the policy allows, if any: why an identifier is shared. */
function sharedIn(kind: Kind, counts: NeighbourCounts, policy: Policy): Kind | undefined {
  for (const [neighbour, limit] of Object.entries(policy.kinds[kind]?.sharedAbove ?? {})) {
    if ((counts.get(neighbour) ?? 0) > limit) return neighbour
  }
  return undefined
}

function neighbourCounts(facts: Facts): Map<IdentifierKey, Map<Kind, number>> {
  const counts = new Map<IdentifierKey, Map<Kind, number>>()
  const count = (key: IdentifierKey, neighbour: IdentifierKey) => {
    let ofKey = counts.get(key)
    if (ofKey === undefined) {
      ofKey = new Map()
      counts.set(key, ofKey)
    }
    const { kind } = identifierOf(neighbour)
    ofKey.set(kind, (ofKey.get(kind) ?? 0) + 1)
  }
  for (const pair of facts.observed.keys()) {
    const [a, b] = pairOf(pair)
    count(a, b)
    count(b, a)
  }
  return counts
}
