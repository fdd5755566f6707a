import { canonicalDigest } from './policy.ts'
import type { ResolvedCustomer } from './resolve.ts'
import type { CustomerId, IdentifierKey } from './types.ts'

/** A customer as it was last committed. */
export interface StoredCustomer {
  readonly id: CustomerId
  readonly version: number
  readonly anchor: IdentifierKey
  /** Of its content, see `customerDigest`. */
  readonly digest: string
  readonly members: readonly IdentifierKey[]
}

/** An id given up, and the one piece of history kept for it: what its customer last held. */
export interface FormerCustomer {
  readonly id: CustomerId
  readonly version: number
  readonly anchor: IdentifierKey
  readonly held: readonly IdentifierKey[]
}

export interface Evolution {
  /** New, changed or revived, with their next version. */
  readonly saved: readonly { readonly customer: ResolvedCustomer; readonly version: number; readonly digest: string }[]
  readonly retired: readonly FormerCustomer[]
  /** Ids alive again. */
  readonly revived: readonly CustomerId[]
}

/**
 * From the customers committed to those resolved. An id is alive or former, never both, and its version counts on
 * through both. `previous`: every customer of the component as it stands; `formers`: the former ids among `next`.
 */
export function evolve(
  previous: readonly StoredCustomer[],
  formers: readonly FormerCustomer[],
  next: readonly ResolvedCustomer[],
): Evolution {
  const before = new Map(previous.map((customer) => [customer.id, customer]))
  const former = new Map(formers.map((customer) => [customer.id, customer]))
  const alive = new Set(next.map(({ id }) => id))
  const saved = next
    .map((customer) => ({ customer, digest: customerDigest(customer) }))
    .filter(({ customer, digest }) => before.get(customer.id)?.digest !== digest)
    .map(({ customer, digest }) => {
      const known = before.get(customer.id) ?? former.get(customer.id)
      return { customer, digest, version: (known?.version ?? 0) + 1 }
    })
  const retired = previous
    .filter(({ id }) => !alive.has(id))
    .map(({ id, version, anchor, members }) => ({ id, version: version + 1, anchor, held: members }))
  return { saved, retired, revived: [...alive].filter((id) => former.has(id)) }
}

/** Equal digests, equal customers: members, golden record, the days between which they were seen, and what changed hands. */
export function customerDigest(customer: Omit<ResolvedCustomer, 'id' | 'anchor'>): string {
  const { members, golden, provenance, firstSeen, lastSeen, tenures } = customer
  const content = { members, golden, provenance, firstSeen, lastSeen }
  return canonicalDigest(tenures.length === 0 ? content : { ...content, tenures })
}

/** Where an id leads: to customers of today (one, as a rule), or to an identifier that is no customer's. */
export type Destination =
  | { readonly type: 'customers'; readonly ids: readonly CustomerId[] }
  | { readonly type: 'identifier'; readonly key: IdentifierKey }

/**
 * Where an id given up leads: to the customer of the identifier it names; where that does not link, to the customers
 * of what it last held; where none of those links, to the identifier itself.
 */
export function leadsTo(
  former: FormerCustomer,
  customerOf: (key: IdentifierKey) => CustomerId | undefined,
): Destination {
  const own = customerOf(former.anchor)
  if (own !== undefined) return { type: 'customers', ids: [own] }
  const successors = new Set(former.held.map(customerOf).filter((id) => id !== undefined))
  if (successors.size > 0) return { type: 'customers', ids: [...successors].sort() }
  return { type: 'identifier', key: former.anchor }
}
