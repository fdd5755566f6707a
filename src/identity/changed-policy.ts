import { SelfsameError } from '../errors.ts'
import { createPolicy, type Policy } from './policy.ts'
import type { Kind } from './types.ts'

/** What of a policy may be tried out. What is absent stays as it is. */
export interface PolicyChange {
  readonly linkThreshold?: number | undefined
  readonly reviewThreshold?: number | undefined
  readonly maxBlock?: number | undefined
  readonly sharedAbove?: readonly SharingLimit[] | undefined
}

/** An identifier of the kind is shared when it has more neighbours of the other kind; null: however many. */
export interface SharingLimit {
  readonly kind: Kind
  readonly neighbour: Kind
  readonly limit: number | null
}

/** The policy with some knobs turned. Throws `policy_invalid`, as a policy file with these values would. */
export function changedPolicy(policy: Policy, change: PolicyChange): Policy {
  const { hash: _, linkProbability: __, band: ___, isPlaceholder: ____, ...text } = policy
  const { linkThreshold, reviewThreshold, maxBlock, sharedAbove = [] } = change
  return createPolicy({
    ...text,
    kinds: withLimits(text.kinds, sharedAbove),
    ...(linkThreshold === undefined ? {} : { linkThreshold }),
    ...(reviewThreshold === undefined ? {} : { reviewThreshold }),
    matching: { ...text.matching, ...(maxBlock === undefined ? {} : { maxBlock }) },
  })
}

function withLimits(kinds: Policy['kinds'], limits: readonly SharingLimit[]): Policy['kinds'] {
  const changed = { ...kinds }
  for (const { kind, neighbour, limit } of limits) {
    const known = Object.hasOwn(changed, kind) ? changed[kind] : undefined
    // Else it would be declared by being named.
    if (known === undefined) throw notDeclared(kind)
    const others = Object.entries(known.sharedAbove).filter(([name]) => name !== neighbour)
    const own = limit === null ? [] : [[neighbour, limit] as const]
    changed[kind] = { ...known, sharedAbove: Object.fromEntries([...others, ...own]) }
  }
  return changed
}

function notDeclared(kind: Kind): SelfsameError {
  return new SelfsameError('policy_invalid', `the policy declares no kind ${kind}`, {
    remedy: 'name one of those under `kinds`',
  })
}
