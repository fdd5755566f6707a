import { expect } from 'vitest'
import { evolve, type FormerCustomer, leadsTo, type StoredCustomer } from '../../src/identity/history.ts'
import type { Resolution } from '../../src/identity/resolve.ts'
import type { CustomerId, IdentifierKey } from '../../src/identity/types.ts'

/** A store of customers in memory that takes each resolution as one committed batch, and what must hold of it. */
export function evolving() {
  const alive = new Map<CustomerId, StoredCustomer>()
  const former = new Map<CustomerId, FormerCustomer>()
  /** What each id ever returned named and last held, and the greatest version it was returned with. */
  const returned = new Map<CustomerId, { anchor: IdentifierKey; held: readonly IdentifierKey[]; version: number }>()
  let now: Resolution | undefined

  function commit(next: Resolution): void {
    now = next
    const ids = new Set(next.customers.map(({ id }) => id))
    const formers = [...former.values()].filter(({ id }) => ids.has(id))
    const { saved, retired, revived } = evolve([...alive.values()], formers, next.customers)
    for (const id of revived) former.delete(id)
    for (const gone of retired) {
      alive.delete(gone.id)
      expect(former.has(gone.id)).toBe(false)
      former.set(gone.id, gone)
      remember(gone.id, gone.anchor, returned.get(gone.id)?.held ?? [], gone.version)
    }
    for (const { customer, version, digest } of saved) {
      const { id, anchor, members } = customer
      alive.set(id, { id, version, anchor, digest, members })
      remember(id, anchor, members, version)
    }
  }

  function remember(id: CustomerId, anchor: IdentifierKey, held: readonly IdentifierKey[], version: number): void {
    const before = returned.get(id)
    expect(version).toBe((before?.version ?? 0) + 1)
    if (before !== undefined) expect(before.anchor).toBe(anchor)
    returned.set(id, { anchor, held, version })
  }

  function check(): void {
    const customers = now?.customers ?? []
    expect([...alive.keys()].sort()).toEqual(customers.map(({ id }) => id).sort())
    for (const { id, members } of customers) expect(alive.get(id)?.members).toEqual(members)
    const customerOf = (key: IdentifierKey) => customers.find(({ members }) => members.includes(key))?.id
    for (const [id, { anchor, held, version }] of returned) {
      expect(alive.has(id)).not.toBe(former.has(id))
      const ended = former.get(id)
      expect((alive.get(id) ?? ended)?.version).toBe(version)
      if (ended === undefined) continue
      expect(leadsTo(ended, customerOf)).toEqual(expected(anchor, held, customerOf))
    }
  }

  // Section 4 again: the customer of what it names, else those of what it last held, else what it names.
  function expected(
    anchor: IdentifierKey,
    held: readonly IdentifierKey[],
    customerOf: (key: IdentifierKey) => CustomerId | undefined,
  ) {
    const own = customerOf(anchor)
    if (own !== undefined) return { type: 'customers', ids: [own] }
    const ids = [...new Set(held.flatMap((key) => customerOf(key) ?? []))].sort()
    if (ids.length > 0) return { type: 'customers', ids }
    expect(now?.statuses.get(anchor)).toBeDefined()
    expect(now?.statuses.get(anchor)).not.toBe('linking')
    return { type: 'identifier', key: anchor }
  }

  return { commit, check }
}
