import { type ChangeSort, type CustomerChange, type CustomerDifference, changeSorts } from './customer-difference.ts'
import { compareKeys } from './keys.ts'
import type { CustomerId, IdentifierKey } from './types.ts'

/** A change of a customer with as much of it as is told. */
export interface ToldChange {
  readonly id: CustomerId
  readonly sizeBefore: number
  readonly sizeAfter: number
  /** The first of them. */
  readonly before: readonly IdentifierKey[]
  readonly after: readonly IdentifierKey[]
  readonly into: readonly CustomerId[]
}

/** How many customers changed in each way, and some of them, in the order of their ids. */
export type ToldDifference = Readonly<
  Record<ChangeSort, { readonly count: number; readonly customers: readonly ToldChange[] }>
>

/** Customers listed of a sort, and identifiers and ids listed of a customer, at most; all are counted. */
export const MOST_CUSTOMERS = 100
export const MOST_MEMBERS = 20

/** Adds differences up; what it keeps is bounded, however many there are. */
export interface DifferenceTally {
  add(difference: CustomerDifference): void
  told(): ToldDifference
}

export function differenceTally(): DifferenceTally {
  const sorts = bySort(() => ({ count: 0, customers: [] as ToldChange[] }))
  return {
    add(difference) {
      for (const sort of changeSorts) {
        const total = sorts[sort]
        total.count += difference[sort].length
        const room = MOST_CUSTOMERS - total.customers.length
        if (room > 0) total.customers.push(...difference[sort].slice(0, room).map(toldOf))
      }
    },
    told: () =>
      bySort((sort) => {
        const { count, customers } = sorts[sort]
        return { count, customers: customers.toSorted((a, b) => compareKeys(a.id, b.id)) }
      }),
  }
}

function bySort<T>(of: (sort: ChangeSort) => T): Record<ChangeSort, T> {
  return Object.fromEntries(changeSorts.map((sort) => [sort, of(sort)])) as Record<ChangeSort, T>
}

/** One difference, as much of it as is told. */
export function toldDifference(difference: CustomerDifference): ToldDifference {
  const tally = differenceTally()
  tally.add(difference)
  return tally.told()
}

function toldOf({ id, before, after, into }: CustomerChange): ToldChange {
  return {
    ...{ id, sizeBefore: before.length, sizeAfter: after.length },
    before: before.slice(0, MOST_MEMBERS),
    after: after.slice(0, MOST_MEMBERS),
    into: into.slice(0, MOST_MEMBERS),
  }
}
