import type { Graph } from '../../src/graph/graph.ts'
import type { Facts } from '../../src/identity/facts.ts'
import { identifierOf, pairOf } from '../../src/identity/keys.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Resolution } from '../../src/identity/resolve.ts'
import { isLimited } from '../../src/identity/status.ts'
import type { IdentifierKey } from '../../src/identity/types.ts'
import { ask } from '../../test/live.ts'
import type { Entry } from './differences.ts'

/**
 * What the resolver keeps beside the evidence to be fast: by linking identifier how many neighbours of each kind that
 * its own kind limits, and which customers a refused link touches. Wrong, it would show only in what comes later.
 */
export function expectedSummaries({ observed }: Facts, { statuses, customers, refused }: Resolution, policy: Policy) {
  const counts = new Map<IdentifierKey, Record<string, number>>()
  const count = (key: IdentifierKey, other: IdentifierKey) => {
    const [{ kind }, { kind: neighbour }] = [identifierOf(key), identifierOf(other)]
    if (statuses.get(key) !== 'linking' || !isLimited(kind, neighbour, policy)) return
    const own = counts.get(key) ?? {}
    counts.set(key, { ...own, [neighbour]: (own[neighbour] ?? 0) + 1 })
  }
  for (const pair of observed.keys()) {
    const [a, b] = pairOf(pair)
    count(a, b)
    count(b, a)
  }
  const ends = new Set([...refused.observed, ...refused.scored, ...refused.asserted].flatMap((pair) => pairOf(pair)))
  const contested = customers.filter(({ members }) => members.some((key) => ends.has(key)))
  return { neighbours: [...counts] as Entry[], contested: contested.map(({ id }): Entry => [id, true]) }
}

export async function summariesIn(graph: Graph) {
  const neighbours = await ask<{ key: string; kinds: string[]; counts: number[] }>(
    graph,
    `MATCH (i:Identifier) WHERE size(coalesce(i.neighbourKinds, [])) > 0
     RETURN i.key AS key, i.neighbourKinds AS kinds, i.neighbourCounts AS counts`,
  )
  const contested = await ask<{ id: string }>(graph, 'MATCH (c:Customer) WHERE c.contested RETURN c.id AS id')
  const left = await ask<{ key: string }>(graph, 'MATCH (n:Unresolved) RETURN coalesce(n.key, n.id) AS key')
  return {
    neighbours: neighbours.map(
      ({ key, kinds, counts }): Entry => [key, Object.fromEntries(kinds.map((kind, index) => [kind, counts[index]]))],
    ),
    contested: contested.map(({ id }): Entry => [id, true]),
    unresolved: left.map(({ key }): Entry => [key, true]),
  }
}
