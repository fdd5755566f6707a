import { SelfsameError } from '../../src/errors.ts'
import type { Graph } from '../../src/graph/graph.ts'
import { rowsOf } from './raw-cypher.ts'

type Properties = Readonly<Record<string, unknown>>

interface RawNode {
  readonly label: string
  readonly properties: Properties
}

interface RawRelationship {
  readonly from: string
  readonly to: string
  readonly properties: Properties
}

interface RawCustomer {
  readonly properties: Properties
  /** Keys of identifiers. */
  readonly members: readonly string[]
}

/** Everything that a run committed, ready to be written again: values as the store gave them. */
export interface Committed {
  readonly identifiers: readonly RawNode[]
  readonly observed: readonly RawRelationship[]
  readonly customers: readonly RawCustomer[]
  readonly formerCustomers: readonly RawCustomer[]
  readonly others: readonly { readonly labels: readonly string[]; readonly properties: Properties }[]
  readonly nodes: number
  readonly relationships: number
}

interface NodeRow {
  readonly labels: readonly string[]
  readonly properties: Properties
}
type RelationshipRow = RawRelationship & { readonly type: string }

/** Reads the whole graph. Throws `bench_incomplete` for a kind of relationship that would not be written again. */
export async function readCommitted(graph: Graph): Promise<Committed> {
  const nodes = Map.groupBy(await rowsOf<NodeRow>(graph, 'read-nodes'), roleOf)
  const relationships = await rowsOf<RelationshipRow>(graph, 'read-relationships')
  const byType = Map.groupBy(relationships, ({ type }) => type)
  const unknown = [...byType.keys()].filter((type) => !['OBSERVED', 'IDENTIFIES', 'HELD'].includes(type))
  if (unknown.length > 0) {
    throw new SelfsameError('bench_incomplete', `the raw write knows no relationships of type ${unknown.join(', ')}`)
  }
  const members = Map.groupBy(byType.get('IDENTIFIES') ?? [], ({ to }) => to)
  const held = Map.groupBy(byType.get('HELD') ?? [], ({ from }) => from)
  return {
    identifiers: (nodes.get('Identifier') ?? []).map(({ labels, properties }) => ({
      label: labels.find((label) => label !== 'Identifier') ?? 'Identifier',
      properties,
    })),
    observed: (byType.get('OBSERVED') ?? []).map(({ from, to, properties }) => ({ from, to, properties })),
    customers: (nodes.get('Customer') ?? []).map(({ properties }) => ({
      ...{ properties, members: (members.get(String(properties.id)) ?? []).map(({ from }) => from) },
    })),
    formerCustomers: (nodes.get('FormerCustomer') ?? []).map(({ properties }) => ({
      ...{ properties, members: (held.get(String(properties.id)) ?? []).map(({ to }) => to) },
    })),
    others: nodes.get('other') ?? [],
    nodes: [...nodes.values()].reduce((sum, group) => sum + group.length, 0),
    relationships: relationships.length,
  }
}

function roleOf({ labels }: NodeRow): string {
  return ['Identifier', 'Customer', 'FormerCustomer'].find((label) => labels.includes(label)) ?? 'other'
}
