import { SelfsameError } from '../../src/errors.ts'
import type { Graph } from '../../src/graph/graph.ts'
import { int } from '../../src/graph/graph.ts'
import { rowsOf } from './raw-cypher.ts'

type Properties = Readonly<Record<string, unknown>>

interface RawNode {
  readonly labels: readonly string[]
  readonly properties: Properties
}

interface RawLink {
  readonly type: string
  readonly from: string
  readonly to: string
  readonly properties: Properties
}

/** A customer with its members, and the pairs of them by their places among the members. */
interface RawCustomer extends RawNode {
  readonly members: readonly RawNode[]
  readonly pairs: readonly { readonly a: unknown; readonly b: unknown; readonly properties: Properties }[]
}

/** A node with relationships of one type that have no properties. */
interface RawHolder extends RawNode {
  readonly type: string
  readonly ends: readonly string[]
}

/** How much came to be: every node, relationship, label and property counts. */
export interface Totals {
  readonly nodes: number
  readonly relationships: number
  readonly labels: number
  readonly properties: number
}

/** Everything that a run committed, ready to be written again: values as the store gave them. */
export interface Committed {
  readonly customers: readonly RawCustomer[]
  /** Of no customer. */
  readonly identifiers: readonly RawNode[]
  /** Between identifiers, but for pairs of one customer. */
  readonly links: readonly RawLink[]
  /** Former customers and records. */
  readonly holders: readonly RawHolder[]
  readonly versions: readonly RawHolder[]
  /** Decisions, resume offsets, locks. */
  readonly others: readonly RawNode[]
  readonly totals: Totals
}

const LINKS = ['OBSERVED', 'SCORED', 'SAME_AS', 'NOT_SAME_AS']
const KNOWN = [...LINKS, 'IDENTIFIES', 'HELD', 'ABOUT', 'VERSION_OF']
const ROLES = ['Identifier', 'Customer', 'FormerCustomer', 'Record', 'RecordVersion']

/** Reads the whole graph. Throws `bench_incomplete` for a type of relationship that would not be written again. */
export async function readCommitted(graph: Graph): Promise<Committed> {
  const nodes = await rowsOf<RawNode>(graph, 'read-nodes')
  const relationships = await rowsOf<RawLink>(graph, 'read-relationships')
  const byRole = Map.groupBy(nodes, ({ labels }) => ROLES.find((label) => labels.includes(label)) ?? 'other')
  const byType = Map.groupBy(relationships, ({ type }) => type)
  const unknown = [...byType.keys()].filter((type) => !KNOWN.includes(type))
  if (unknown.length > 0) {
    throw new SelfsameError('bench_incomplete', `the raw write knows no relationships of type ${unknown.join(', ')}`)
  }
  const ofRole = (role: string) => byRole.get(role) ?? []
  const ofType = (type: string) => byType.get(type) ?? []
  const holding = (role: string, type: string): RawHolder[] => {
    const ends = Map.groupBy(ofType(type), ({ from }) => from)
    return ofRole(role).map((node) => ({ ...node, type, ends: (ends.get(nameOf(node)) ?? []).map(({ to }) => to) }))
  }
  const customerOf = new Map(ofType('IDENTIFIES').map(({ from, to }) => [from, to]))
  const within = Map.groupBy(ofType('OBSERVED'), ({ from, to }) => {
    const customer = customerOf.get(from)
    return customer === customerOf.get(to) ? customer : undefined
  })
  const members = Map.groupBy(ofRole('Identifier'), (node) => customerOf.get(nameOf(node)))
  return {
    customers: ofRole('Customer').map((customer) => {
      const id = nameOf(customer)
      return { ...customer, ...customerParts(members.get(id) ?? [], within.get(id) ?? []) }
    }),
    identifiers: members.get(undefined) ?? [],
    links: [...(within.get(undefined) ?? []), ...LINKS.slice(1).flatMap(ofType)],
    holders: [...holding('FormerCustomer', 'HELD'), ...holding('Record', 'ABOUT')],
    versions: holding('RecordVersion', 'VERSION_OF'),
    others: ofRole('other'),
    totals: totalsOf(nodes, relationships),
  }
}

function customerParts(members: readonly RawNode[], pairs: readonly RawLink[]): Pick<RawCustomer, 'members' | 'pairs'> {
  const places = new Map(members.map((member, place) => [nameOf(member), int(place)]))
  return {
    members,
    pairs: pairs.map(({ from, to, properties }) => ({ a: places.get(from), b: places.get(to), properties })),
  }
}

function nameOf({ properties }: RawNode): string {
  return String(properties.key ?? properties.id)
}

function totalsOf(nodes: readonly RawNode[], relationships: readonly RawLink[]): Totals {
  return {
    nodes: nodes.length,
    relationships: relationships.length,
    labels: nodes.reduce((sum, { labels }) => sum + labels.length, 0),
    properties: [...nodes, ...relationships].reduce((sum, { properties }) => sum + Object.keys(properties).length, 0),
  }
}
