import { DuckDBDateValue, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api'
import { SHOWN_TRAITS } from '../identity/shown-traits.ts'
import type { Kind } from '../identity/types.ts'
import type { ChangedCustomer } from './changes.ts'
import { COUNT_COLUMNS } from './tables.ts'

const DAY_MS = 86_400_000

/** A row of customer_360, in the order of its columns. */
export function customerValues(customer: ChangedCustomer): DuckDBValue[] {
  const { firstSeen, lastSeen, changedAt } = customer
  const golden: Record<string, unknown> = JSON.parse(customer.golden ?? '{}')
  const counts = countsByKind(customer.identifiers.map(([kind]) => kind))
  return [
    customer.id,
    BigInt(customer.version),
    ...SHOWN_TRAITS.map(({ path }) => textOf(golden[path])),
    customer.golden ?? '{}',
    customer.provenance ?? '{}',
    customer.size,
    JSON.stringify(counts),
    ...Object.keys(COUNT_COLUMNS).map((kind) => counts[kind] ?? 0),
    firstSeen === null ? null : new DuckDBTimestampValue(BigInt(firstSeen) * 1000n),
    lastSeen === null ? null : new DuckDBDateValue(Date.parse(lastSeen) / DAY_MS),
    customer.cause,
    changedAt === null ? null : new DuckDBTimestampValue(BigInt(changedAt) * 1000n),
  ]
}

/** How many identifiers of each kind, the kinds in order. */
export function countsByKind(kinds: readonly Kind[]): Readonly<Record<Kind, number>> {
  const counts: Record<Kind, number> = {}
  for (const kind of [...kinds].sort()) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
