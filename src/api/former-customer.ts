import type { Graph } from '../graph/graph.ts'
import { type Destination, leadsTo } from '../identity/history.ts'
import type { CustomerId, IdentifierKey, Status } from '../identity/types.ts'

/** Where the id of a former customer leads today. */
export type Fate =
  | Extract<Destination, { type: 'customers' }>
  | (Extract<Destination, { type: 'identifier' }> & { readonly status: Status })

interface Row {
  readonly version: number
  readonly anchor: IdentifierKey
  readonly held: readonly {
    readonly key: IdentifierKey
    readonly status: Status
    readonly customer: CustomerId | null
  }[]
}

/** Where an id given up leads, by the rule of `leadsTo`; undefined where no former customer has it. */
export async function fateOf(id: CustomerId, graph: Graph): Promise<Fate | undefined> {
  const [row] = await graph.read<Row & Record<string, unknown>>('read/former-customer', { id })
  if (row === undefined) return undefined
  const held = new Map(row.held.map((identifier) => [identifier.key, identifier]))
  const { version, anchor } = row
  const destination = leadsTo(
    { id, version, anchor, held: [...held.keys()] },
    (key) => held.get(key)?.customer ?? undefined,
  )
  if (destination.type === 'customers') return destination
  // What a customer was named by is among what it held.
  return { ...destination, status: held.get(anchor)?.status ?? 'unsupported' }
}
