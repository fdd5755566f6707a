import type { Graph } from '../../src/graph/graph.ts'
import type { CustomerId } from '../../src/identity/types.ts'
import { ask } from '../../test/live.ts'

/** The ids that the graph has shown, each with the greatest version: every one must lead somewhere for ever. */
export interface ReturnedIds {
  readonly versions: ReadonlyMap<CustomerId, number>
  /** Looks at what is there now; where the graph does not answer, another time will do. */
  look(): Promise<void>
  /** The graph went back to a backup, which does not know what came after. */
  forget(): Promise<void>
}

export function watchIds(graph: Graph): ReturnedIds {
  const versions = new Map<CustomerId, number>()
  let looking: Promise<void> | undefined

  async function lookNow(): Promise<void> {
    const rows = await ask<{ id: CustomerId; version: number }>(
      graph,
      'MATCH (c:Customer) RETURN c.id AS id, c.version AS version',
    ).catch(() => [])
    for (const { id, version } of rows) versions.set(id, Math.max(version, versions.get(id) ?? 0))
  }

  return {
    versions,
    look() {
      looking ??= lookNow().finally(() => {
        looking = undefined
      })
      return looking
    },
    async forget() {
      await looking
      versions.clear()
    },
  }
}
