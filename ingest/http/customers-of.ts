import type { Graph } from '../../src/graph/graph.ts'
import { readPlaces } from '../../src/graph/identity-reads.ts'
import type { CustomerId, IdentifierKey } from '../../src/identity/types.ts'

/**
 * The customer of each event, by its identifiers in the order of what they are worth: of the first that belongs to one.
 * Undefined where none does. Throws `graph_…` errors.
 */
export async function customersOf(
  graph: Pick<Graph, 'read'>,
  events: readonly (readonly IdentifierKey[])[],
): Promise<readonly (CustomerId | undefined)[]> {
  const places = await readPlaces({ run: graph.read }, new Set(events.flat()))
  return events.map((keys) => {
    const holder = keys.find((key) => places.get(key)?.customer !== undefined)
    return holder === undefined ? undefined : places.get(holder)?.customer
  })
}
