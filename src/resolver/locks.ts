import type { Transaction } from '../graph/graph.ts'
import type { Place, StoredIdentifier } from '../graph/identity-reads.ts'
import { lockAlone, lockShared, type ModelName } from '../graph/resolver-lock.ts'
import type { CustomerId, IdentifierKey } from '../identity/types.ts'

/**
 * What one transaction holds until it ends. Whoever holds a customer may rely on its identifiers, their pairs among
 * each other and the records about them, as they are read afterwards; nobody else writes them. Identifiers of no
 * customer (shared, blocked, history) are held themselves: shared while pairs are only added to them.
 */
export interface Locks {
  /** The model in force while they are held, see `lockShared`. */
  readonly model: ModelName
  /** Locks what belongs to these places, what was locked already excepted; sorted, so that two rarely meet crosswise. */
  take(places: ReadonlyMap<IdentifierKey, Place>): Promise<void>
  /** Whether nothing that was read of an identifier can change under it. */
  covers(key: IdentifierKey, place: Place): boolean
  /** Locks customers; answers whether any of them was not held before. */
  takeCustomers(ids: Iterable<CustomerId>): Promise<boolean>
  /** Locks identifiers of no customer alone, which are held already, shared with others. */
  own(keys: Iterable<IdentifierKey>): Promise<void>
}

/** Opens the locks of a transaction: `alone` needs no other. */
export async function openLocks(tx: Transaction, alone: boolean): Promise<Locks> {
  if (alone) {
    const model = await lockAlone(tx)
    const nothing = async () => undefined
    return { model, take: nothing, covers: () => true, takeCustomers: async () => false, own: nothing }
  }
  return customerLocks(tx, await lockShared(tx))
}

function customerLocks(tx: Transaction, model: ModelName): Locks {
  const customers = new Set<CustomerId>()
  const shared = new Set<IdentifierKey>()
  const owned = new Set<IdentifierKey>()
  const takeCustomers = async (ids: Iterable<CustomerId>) => {
    const wanted = [...new Set(ids)].filter((id) => !customers.has(id)).sort()
    if (wanted.length === 0) return false
    for (const id of wanted) customers.add(id)
    await tx.run('identity/lock-customers', { ids: wanted })
    return true
  }
  const lockIdentifiers = async (statement: string, into: Set<IdentifierKey>, keys: Iterable<IdentifierKey>) => {
    const wanted = [...keys].filter((key) => !into.has(key) && !owned.has(key)).sort()
    if (wanted.length === 0) return
    for (const key of wanted) into.add(key)
    await tx.run(statement, { keys: wanted })
  }
  return {
    model,
    takeCustomers,
    own: (keys) => lockIdentifiers('identity/lock-identifiers', owned, keys),
    async take(places) {
      const unheld = [...places].filter(([, { customer }]) => customer === undefined).map(([key]) => key)
      await Promise.all([
        takeCustomers([...places.values()].flatMap(({ customer }) => customer ?? [])),
        lockIdentifiers('identity/lock-identifiers-shared', shared, unheld),
      ])
    },
    covers: (key, { customer }) =>
      customer === undefined ? shared.has(key) || owned.has(key) : customers.has(customer),
  }
}

/** Of what was read, whether all is covered. */
export function allCovered(locks: Locks, identifiers: ReadonlyMap<IdentifierKey, StoredIdentifier>): boolean {
  return [...identifiers].every(([key, stored]) => locks.covers(key, stored))
}
