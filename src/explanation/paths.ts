import { createKeyForest } from '../identity/forest.ts'
import type { Link } from '../identity/links.ts'
import type { IdentifierKey } from '../identity/types.ts'

/**
 * The path between two identifiers whose weakest link is the strongest possible, from `a` to `b`; undefined where no links
 * join them. `links` are given in the order in which they are followed, the strongest first: the path is that of their
 * maximum spanning forest (Kruskal 1956), in which the weakest link of every path is as strong as it can be.
 */
export function strongestPath(links: readonly Link[], a: IdentifierKey, b: IdentifierKey): Link[] | undefined {
  const forest = createKeyForest<IdentifierKey>()
  const tree: Link[] = []
  for (const link of links) {
    if (forest.rootOf(a) === forest.rootOf(b)) break
    if (forest.rootOf(link.a) === forest.rootOf(link.b)) continue
    forest.unite(link.a, link.b)
    tree.push(link)
  }
  const steps = stepsFrom(a, edgesOf(tree), () => true)
  return steps.has(b) ? pathTo(b, steps) : undefined
}

/**
 * The fewest links without which two identifiers would not be joined: what would have to be wrong for them to be two
 * people. None where they are not joined, or are one. By the greatest number of paths that share no link
 * (Menger 1927; augmenting paths of Edmonds and Karp 1972): O(links of the answer × links).
 */
export function minimumCut(links: readonly Link[], a: IdentifierKey, b: IdentifierKey): Link[] {
  if (a === b) return []
  const edges = edgesOf(links)
  // Of each link the end towards which a path uses it: it may be used once more only against that.
  const used = new Map<Link, IdentifierKey>()
  const free = (link: Link, to: IdentifierKey) => used.get(link) !== to
  for (;;) {
    const steps = stepsFrom(a, edges, free)
    if (!steps.has(b)) return links.filter(({ a: one, b: other }) => steps.has(one) !== steps.has(other))
    let at = b
    for (const link of pathTo(b, steps).toReversed()) {
      // Used both ways it is as good as not used.
      if (used.has(link)) used.delete(link)
      else used.set(link, at)
      at = otherEnd(link, at)
    }
  }
}

type Edges = ReadonlyMap<IdentifierKey, readonly Link[]>
/** Of each identifier that was reached the link by which; of the first none. */
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
function stepsFrom(start: IdentifierKey, edges: Edges, mayUse: (link: Link, to: IdentifierKey) => boolean): Steps {
  const steps = new Map<IdentifierKey, Link | undefined>([[start, undefined]])
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
