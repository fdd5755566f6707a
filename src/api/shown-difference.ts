import { changeSorts } from '../identity/customer-difference.ts'
import type { ToldChange, ToldDifference } from '../identity/difference-tally.ts'
import { compareKeys } from '../identity/keys.ts'
import type { IdentifierKey } from '../identity/types.ts'

/** Identifiers as answers hold them, so that they are masked wherever they stand. */
export function refsOf(keys: readonly IdentifierKey[]) {
  return keys.map((key) => ({ key }))
}

/** A difference in customers, as the lists of `CommandResult` and `WhatIf`. */
export function shownDifference(difference: ToldDifference) {
  return Object.fromEntries(
    changeSorts.map((sort) => {
      const { count, customers } = difference[sort]
      return [sort, { count, customers: customers.map(shownChange) }]
    }),
  )
}

function shownChange({ before, after, ...change }: ToldChange) {
  return { ...change, before: refsOf(before), after: refsOf(after) }
}

/** The customers of a difference as they were before it, or are after it, as `AuditedCustomer`s. */
export function customersAtOneTime(difference: ToldDifference, time: 'before' | 'after') {
  return changeSorts
    .flatMap((sort) => difference[sort].customers)
    .map((change) => ({
      ...{ id: change.id, size: time === 'before' ? change.sizeBefore : change.sizeAfter },
      identifiers: refsOf(change[time]),
    }))
    .filter(({ size }) => size > 0)
    .sort((a, b) => compareKeys(a.id, b.id))
}
