import { createKeyForest } from '../identity/forest.ts'
import type { Link } from '../identity/links.ts'
import type { IdentifierKey } from '../identity/types.ts'

/** Identifiers that are taken for one, whatever joins them. */
export type Side = readonly [IdentifierKey, ...IdentifierKey[]]

/**
 * The path from one side to the other whose weakest link is the strongest possible; undefined where no links join them.
 * `links` are given in the order in which they are followed, the strongest first: the path is that of their maximum
 * spanning forest (Kruskal 1956), in which the weakest link of every path is as strong as it can be.
 */
export function strongestPath(links: readonly Link[], ones: Side, others: Side): Link[] | undefined {
  const forest = createKeyForest<IdentifierKey>()
  for (const side of [ones, others]) for (const key of side) forest.unite(key, side[0])
  const areJoined = () => forest.rootOf(ones[0]) === forest.rootOf(others[0])
  const tree: Link[] = []
  for (const link of links) {
    if (areJoined()) break
    if (forest.rootOf(link.a) === forest.rootOf(link.b)) continue
    forest.unite(link.a, link.b)
    tree.push(link)
  }
  const steps = stepsFrom(ones, edgesOf(tree), () => true)
  const end = others.find((key) => steps.has(key))
  return end && pathTo(end, steps)
}

/**
 * The fewest links without which two sides would not be joined: what would have to be wrong for them to be two people.
 * None where they are not joined, or have an identifier in common. By the greatest number of paths that share no link
 * (Menger 1927; augmenting paths of Edmonds and Karp 1972): O(links of the answer × links).
 */
export function minimumCut(links: readonly Link[], ones: Side, others: Side): Link[] {
  if (ones.some((key) => others.includes(key))) return []
  const edges = edgesOf(links)
  // Of each link the end towards which a path uses it: it may be used once more only against that.
  const used = new Map<Link, IdentifierKey>()
  const free = (link: Link, to: IdentifierKey) => used.get(link) !== to
  for (;;) {
    const steps = stepsFrom(ones, edges, free)
    const end = others.find((key) => steps.has(key))
    if (end === undefined) return links.filter(({ a, b }) => steps.has(a) !== steps.has(b))
    let at = end
    for (const link of pathTo(end, steps).toReversed()) {
      // Used both ways it is as good as not used.
      if (used.has(link)) used.delete(link)
      else used.set(link, at)
      at = otherEnd(link, at)
    }
  }
}

type Edges = ReadonlyMap<IdentifierKey, readonly Link[]>
/** Of each identifier that was reached the link by which; of the first ones none. */
type Steps = ReadonlyMap<IdentifierKey, Link | undefined>

function edgesOf(links: readonly Link[]): Edges {
  const edges = new Map<IdentifierKey, Link[]>()
  for (const link of links) {
    for (const key of [link.a, link.b]) {
      const known = edges.get(key)
      if (known === undefined) edges.set(key, [link])
      else known.push(link)
    }
  }
  return edges
}

/** Breadth first, along the links that may be used towards their other end. */
function stepsFrom(starts: Side, edges: Edges, mayUse: (link: Link, to: IdentifierKey) => boolean): Steps {
  const steps = new Map<IdentifierKey, Link | undefined>(starts.map((start) => [start, undefined]))
  for (const key of steps.keys()) {
    for (const link of edges.get(key) ?? []) {
      const other = otherEnd(link, key)
      if (!steps.has(other) && mayUse(link, other)) steps.set(other, link)
    }
  }
  return steps
}

function pathTo(end: IdentifierKey, steps: Steps): Link[] {
  const path: Link[] = []
  for (let at = end; ; ) {
    const link = steps.get(at)
    if (link === undefined) return path.reverse()
    path.push(link)
    at = otherEnd(link, at)
  }
}

function otherEnd({ a, b }: Link, key: IdentifierKey): IdentifierKey {
  return a === key ? b : a
}
