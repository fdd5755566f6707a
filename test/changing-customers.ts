import { type Graph, int } from '../src/graph/graph.ts'
import { jsonRows, runRows } from '../src/graph/rows.ts'
import type { Kind } from '../src/identity/types.ts'

/** Customers that change as a resolver changes them, by its statements, without evidence behind it. */
export interface ChangingCustomers {
  /** Makes identifiers, given as `kind:value`, that belong to nobody yet. */
  identifiers(keys: readonly string[]): Promise<void>
  /**
   * One transaction after which these customers hold exactly these identifiers. One that is left with none becomes a
   * former customer; one that lost something to another changes its version as well.
   */
  hold(members: Readonly<Record<string, readonly string[]>>, golden?: Readonly<Record<string, string>>): Promise<void>
}

export const CHANGED_AT = Date.UTC(2026, 4, 6, 7, 8, 9, 10)
const FIRST_SEEN = Date.UTC(2026, 0, 2, 3, 4, 5, 6)

/** Of an empty graph. */
export function changingCustomers(graph: Graph): ChangingCustomers {
  let current: Readonly<Record<string, readonly string[]>> = {}
  const versions = new Map<string, number>()
  const next = (id: string) => {
    const version = (versions.get(id) ?? 0) + 1
    versions.set(id, version)
    return version
  }
  return {
    async identifiers(keys) {
      await graph.write(async (tx) => {
        for (const key of keys) {
          const [kind = ''] = key.split(':', 1)
          const rows = [[key, null, null, [], [], [], [], null, null]]
          const shared = { kind, label: labelOf(kind), status: 'linking', prefix: int(kind.length + 1) }
          await tx.run('identity/create-identifiers', { ...shared, rows: jsonRows(rows) })
        }
      })
    },
    async hold(members, golden = {}) {
      const taken = new Set(Object.values(members).flat())
      const after: Record<string, readonly string[]> = {}
      for (const [id, keys] of Object.entries(current)) after[id] = keys.filter((key) => !taken.has(key))
      Object.assign(after, members)
      const changed = Object.keys(after).filter((id) => id in members || after[id]?.length !== current[id]?.length)
      const saved = changed.filter((id) => (after[id] ?? []).length > 0).sort()
      const retired = changed.filter((id) => after[id]?.length === 0 && (current[id] ?? []).length > 0).sort()
      const before = current
      current = Object.fromEntries(Object.entries(after).filter(([, keys]) => keys.length > 0))
      const revived = saved.filter((id) => before[id] === undefined)
      const savedRows = saved.map((id) => ({
        ...{ id, added: after[id], firstSeen: FIRST_SEEN, lastSeen: '2026-05-06', changedAt: CHANGED_AT },
        properties: {
          ...{ version: next(id), size: after[id]?.length ?? 0, anchor: after[id]?.[0], cause: 'observed' },
          ...{ golden: JSON.stringify(golden), provenance: '{"name":"crm:1"}', digest: '', policy: '' },
        },
      }))
      const retiredRows = retired.map((id) => ({
        ...{ id, version: next(id), anchor: before[id]?.[0], held: before[id], cause: 'shared' },
        until: CHANGED_AT,
      }))
      await graph.write(async (tx) => {
        await tx.run('identity/revive-customers', { ids: revived })
        await runRows(tx, 'identity/retire-customers', retiredRows)
        const standing = savedRows.filter(({ id }) => before[id] !== undefined)
        const moves = (from: typeof before, to: typeof before) =>
          standing.flatMap(({ id }) =>
            (to[id] ?? []).filter((key) => !from[id]?.includes(key)).map((key) => ({ id, key })),
          )
        await runRows(tx, 'identity/release-members', moves(after, before))
        await runRows(tx, 'identity/save-customers', standing)
        await runRows(tx, 'identity/save-members', moves(before, after))
        await runRows(
          tx,
          'identity/create-customers',
          savedRows.filter(({ id }) => before[id] === undefined),
        )
      })
    },
  }
}

function labelOf(kind: Kind): string {
  return kind.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
