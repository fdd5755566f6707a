import { compareKeys } from '../identity/keys.ts'
import type { Transaction } from './graph.ts'

/**
 * Rows as one JSON text, which a statement reads by `apoc.convert.fromJsonList($rows)`: whole numbers become integers,
 * the others floats, and lists and maps what they are. Measured on 4,000 identifiers: the driver packs the same as lists
 * of parameters in 89 ms, this takes 11 ms, and the store 14 ms more to read it.
 */
export function jsonRows(rows: readonly object[]): string {
  return JSON.stringify(rows)
}

/** In the order of their keys, so that concurrent writers lock in one order. */
export function inOrder<T extends { readonly key: string }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => compareKeys(a.key, b.key))
}

/** Runs a statement that takes nothing but rows, where there are any. */
export async function runRows(tx: Transaction, name: string, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await tx.run(name, { rows: jsonRows(rows) })
}

/** Asks once for many keys, and not at all for none. */
export async function runFor<R extends object>(tx: Transaction, name: string, keys: Iterable<unknown>): Promise<R[]> {
  const wanted = [...keys]
  return wanted.length === 0 ? [] : await tx.run<R>(name, { keys: wanted })
}
