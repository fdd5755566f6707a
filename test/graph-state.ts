import type { Graph } from '../src/graph/graph.ts'
import type { Evidence } from '../src/identity/evidence.ts'
import { type Facts, factsOf } from '../src/identity/facts.ts'
import { compareKeys, pairKey } from '../src/identity/keys.ts'
import type { ScoredLink } from '../src/identity/links.ts'
import { tenuresIn } from '../src/identity/recycled.ts'
import type { Resolution } from '../src/identity/resolve.ts'
import type { CustomerId, Day, IdentifierKey, Millis, PairKey, RecordKey, Status } from '../src/identity/types.ts'
import { ask } from './live.ts'

const DAY = 86_400_000

/** What the graph holds, in the shape of a resolution: what `resolve` answers of the same evidence must equal it. */
export async function resolutionIn(graph: Graph): Promise<Resolution> {
  const identifiers = await ask<{ key: IdentifierKey; status: Status }>(
    graph,
    'MATCH (i:Identifier) RETURN i.key AS key, i.status AS status',
  )
  const refused = async (type: string) =>
    new Set((await links(graph, type)).filter((l) => l.refused).map((l) => l.pair))
  return {
    statuses: new Map(identifiers.map(({ key, status }) => [key, status])),
    customers: (await customersIn(graph)).map(({ version: _, ...customer }) => customer),
    refused: {
      observed: await refused('OBSERVED'),
      scored: await refused('SCORED'),
      asserted: await refused('SAME_AS'),
    },
    scored: await ask<ScoredLink>(
      graph,
      `MATCH (a:Identifier)-[s:SCORED]->(b:Identifier)
       RETURN a.key AS a, b.key AS b, s.probability AS probability, s.weight AS weight`,
    ),
  }
}

interface CustomerRow {
  readonly id: CustomerId
  readonly version: number
  readonly size: number
  readonly anchor: IdentifierKey
  readonly members: IdentifierKey[]
  readonly firstSeen: Millis
  readonly lastSeen: string
  readonly golden: string
  readonly provenance: string
  readonly tenures: string | null
}

/** Every customer, sorted by id. Fails where an identifier has two, or a customer's size is not that of its members. */
export async function customersIn(graph: Graph) {
  const rows = await ask<CustomerRow>(
    graph,
    `MATCH (c:Customer)
     RETURN c.id AS id, c.version AS version, c.size AS size, c.anchor AS anchor,
       COLLECT { MATCH (i:Identifier)-[:IDENTIFIES]->(c) RETURN i.key } AS members,
       c.firstSeen.epochMillis AS firstSeen, toString(c.lastSeen) AS lastSeen,
       c.golden AS golden, c.provenance AS provenance, c.tenures AS tenures`,
  )
  const held = rows.flatMap(({ members }) => members)
  if (new Set(held).size !== held.length) throw new Error('an identifier of two customers')
  return rows
    .map(({ size, lastSeen, golden, provenance, tenures, members, ...row }) => {
      if (size !== members.length) throw new Error(`the size of ${row.id} is not that of its members`)
      return {
        ...row,
        members: members.toSorted(compareKeys),
        lastSeen: (Date.parse(lastSeen) / DAY) as Day,
        golden: JSON.parse(golden) as Record<string, string>,
        provenance: JSON.parse(provenance) as Record<string, RecordKey | IdentifierKey>,
        tenures: tenuresIn(tenures),
      }
    })
    .sort((a, b) => compareKeys(a.id, b.id))
}

/** Every link of a type, whether it is refused, and whether anything supports it still. */
export async function links(graph: Graph, type: string) {
  const rows = await ask<{ a: IdentifierKey; b: IdentifierKey; refused: boolean; supported: boolean }>(
    graph,
    `MATCH (a:Identifier)-[r]->(b:Identifier) WHERE type(r) = $type
     RETURN a.key AS a, b.key AS b, coalesce(r.refused, false) AS refused, r.firstSeen IS NOT NULL AS supported`,
    { type },
  )
  return rows.map(({ a, b, refused, supported }) => ({ pair: pairKey(a, b) as PairKey, refused, supported }))
}

export interface FormerRow {
  readonly id: CustomerId
  readonly version: number
  readonly anchor: IdentifierKey
  readonly held: IdentifierKey[]
}

export async function formersIn(graph: Graph): Promise<FormerRow[]> {
  return await ask<FormerRow>(
    graph,
    `MATCH (f:FormerCustomer)
     RETURN f.id AS id, f.version AS version, f.anchor AS anchor,
       COLLECT { MATCH (f)-[:HELD]->(i:Identifier) RETURN i.key } AS held`,
  )
}

/** When every identifier and every pair was seen, of those that something supports; sorted by key. */
export async function seenIn(graph: Graph) {
  type Row = { key: string; firstSeen: Millis; lastSeen: string }
  const identifiers = await ask<Row>(
    graph,
    `MATCH (i:Identifier) WHERE i.firstSeen IS NOT NULL
     RETURN i.key AS key, i.firstSeen.epochMillis AS firstSeen, toString(i.lastSeen) AS lastSeen`,
  )
  const observed = await ask<Row>(
    graph,
    `MATCH (a)-[o:OBSERVED]->(b) WHERE o.firstSeen IS NOT NULL
     RETURN a.key + '\t' + b.key AS key, o.firstSeen.epochMillis AS firstSeen, toString(o.lastSeen) AS lastSeen`,
  )
  return [...identifiers, ...observed]
    .map(({ key, firstSeen, lastSeen }) => [key, firstSeen, Date.parse(lastSeen) / DAY] as const)
    .sort(([a], [b]) => compareKeys(a, b))
}

/** The same of evidence in memory. */
export function seenOfFacts({ identifiers, observed }: Facts) {
  return [...identifiers, ...observed]
    .map(([key, { firstSeen, lastSeen }]) => [key as string, firstSeen, lastSeen] as const)
    .sort(([a], [b]) => compareKeys(a, b))
}

/** The assertions that the graph draws, as `pair type`, sorted. */
export async function drawnIn(graph: Graph): Promise<string[]> {
  const drawn = await Promise.all(
    ['SAME_AS', 'NOT_SAME_AS'].map(async (type) => (await links(graph, type)).map(({ pair }) => `${pair} ${type}`)),
  )
  return drawn.flat().sort()
}

/** The same of evidence in memory: those in force whose identifiers both exist. */
export function drawnOf(evidence: Evidence): string[] {
  return [...factsOf(evidence).assertions]
    .filter(([, { a, b }]) => evidence.identifiers.has(a) && evidence.identifiers.has(b))
    .map(([pair, { verdict }]) => `${pair} ${verdict === 'same' ? 'SAME_AS' : 'NOT_SAME_AS'}`)
    .sort()
}
