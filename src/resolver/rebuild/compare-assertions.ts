import type { Graph } from '../../graph/graph.ts'
import { type DrawnAssertion, readDrawn } from '../../graph/rebuild-reads.ts'
import { pairKey } from '../../identity/keys.ts'
import type { PackedFacts } from '../../identity/packed-facts.ts'
import type { Assertion, PairKey } from '../../identity/types.ts'
import type { Findings } from './findings.ts'

/** How an assertion is to be drawn: not at all where it is undefined. */
export type Drawing = { readonly assertion: Assertion; readonly refused: boolean } | undefined

/**
 * Finds the assertions that the graph draws otherwise than they are in force, or does not draw though both identifiers
 * exist: how each is to be.
 */
export async function compareAssertions(
  graph: Graph,
  facts: PackedFacts,
  refused: ReadonlySet<PairKey>,
  findings: Findings,
): Promise<Map<PairKey, Drawing>> {
  const changes = new Map<PairKey, Drawing>()
  const drawn = Map.groupBy(await readDrawn(graph), ({ a, b }) => pairKey(a, b))
  const wanted = new Map<PairKey, Drawing>()
  for (const [pair, assertion] of facts.assertions) {
    const bothExist = [assertion.a, assertion.b].every((key) => facts.ordinalOf(key) !== undefined)
    if (bothExist) wanted.set(pair, { assertion, refused: refused.has(pair) })
  }
  for (const pair of new Set([...drawn.keys(), ...wanted.keys()])) {
    const drawing = wanted.get(pair)
    const [graph, resolved] = [drawn.get(pair) ?? [], drawing === undefined ? [] : [asDrawn(drawing)]]
    if (JSON.stringify(graph) === JSON.stringify(resolved)) continue
    const difference = graph.length === 0 ? 'missing' : resolved.length === 0 ? 'stray' : 'different'
    const fields = difference === 'different' ? [{ field: 'drawn', graph, resolved }] : []
    findings.differs('assertions', { key: pair, difference, fields })
    changes.set(pair, drawing)
  }
  findings.parts.assertions.checked = wanted.size
  return changes
}

function asDrawn({ assertion, refused }: NonNullable<Drawing>): DrawnAssertion {
  const { a, b, verdict, id, by, at, reason } = assertion
  return { a, b, type: verdict === 'same' ? 'SAME_AS' : 'NOT_SAME_AS', id, by, reason, at, refused }
}
