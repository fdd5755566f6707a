import { bug } from '../errors.ts'
import { type Constraints, cannotLinks, decidedApart, type Group, groupOf } from './cannot-link.ts'
import type { CurrentRecord } from './facts.ts'
import type { Link } from './links.ts'
import type { IdentifierKey } from './types.ts'

export interface Partition {
  readonly groups: {
    /** Sorted by key. */
    readonly members: IdentifierKey[]
    readonly conductors: readonly IdentifierKey[]
  }[]
  readonly refused: Link[]
}

interface Vertices {
  readonly identifiers: Iterable<IdentifierKey>
  readonly conductors: Iterable<IdentifierKey>
}

interface Cluster extends Group {
  readonly members: IdentifierKey[]
  readonly conductors: IdentifierKey[]
  readonly kinds: Map<string, number>
  readonly records: CurrentRecord[]
  readonly decided: IdentifierKey[]
  size: number
}

/**
 * Constrained Kruskal: unites along the links in their order and refuses a union where a cannot-link stands
 * between the two sides; a SAME_AS is refused by a NOT_SAME_AS only. Minimum spanning forest after Kruskal (1956)
 * over the instance-level constraints of Wagstaff et al. (2001), small clusters folded into large ones:
 * O(n log n) moves of a member, and one question of contradiction a pair of records and attempted union.
 * `conductors` join what is linked to them, and are nobody's.
 */
export function partition(
  { identifiers, conductors }: Vertices,
  links: readonly Link[],
  recordsOf: (account: IdentifierKey) => readonly CurrentRecord[],
  constraints: Constraints,
): Partition {
  const clusters = new Map<IdentifierKey, Cluster>()
  for (const key of identifiers) {
    const { kinds, records, decided } = groupOf([key], recordsOf, constraints.notSame)
    clusters.set(key, {
      ...{ members: [key], conductors: [], size: 1, kinds: new Map(kinds) },
      ...{ records: [...records], decided: [...decided] },
    })
  }
  for (const key of conductors) {
    clusters.set(key, { members: [], conductors: [key], size: 0, kinds: new Map(), records: [], decided: [] })
  }
  const refused: Link[] = []
  for (const link of links) {
    const one = clusters.get(link.a) ?? bug('a link to an identifier that does not link')
    const other = clusters.get(link.b) ?? bug('a link to an identifier that does not link')
    if (one === other) continue
    if (mayUnite(link, one, other, clusters, constraints)) unite(one, other, clusters)
    else refused.push(link)
  }
  const groups = [...new Set(clusters.values())]
    .filter(({ size }) => size > 0)
    .map(({ members, conductors }) => ({ members: members.sort(), conductors }))
  return { groups, refused }
}

function mayUnite(
  link: Link,
  one: Cluster,
  other: Cluster,
  clusters: ReadonlyMap<IdentifierKey, Cluster>,
  constraints: Constraints,
): boolean {
  const [fewer, more] = one.decided.length <= other.decided.length ? [one, other] : [other, one]
  const inMore = (key: IdentifierKey) => clusters.get(key) === more
  const obstacles =
    link.type === 'same_as' ? decidedApart(fewer, inMore, constraints) : cannotLinks(fewer, more, inMore, constraints)
  return obstacles.next().done === true
}

function unite(one: Cluster, other: Cluster, clusters: Map<IdentifierKey, Cluster>): void {
  const [from, into] = one.size <= other.size ? [one, other] : [other, one]
  for (const member of from.members) {
    clusters.set(member, into)
    into.members.push(member)
  }
  for (const conductor of from.conductors) {
    clusters.set(conductor, into)
    into.conductors.push(conductor)
  }
  into.size += from.size
  for (const [kind, count] of from.kinds) into.kinds.set(kind, (into.kinds.get(kind) ?? 0) + count)
  into.records.push(...from.records)
  into.decided.push(...from.decided)
}
