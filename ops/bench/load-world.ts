import { bug } from '../../src/errors.ts'
import { encodeNeighbours, encodeSeen, encodeSupports, isoDay, kindLabel } from '../../src/graph/codec.ts'
import type { Graph } from '../../src/graph/graph.ts'
import { jsonRows } from '../../src/graph/rows.ts'
import { shownOfCustomer, shownProperties } from '../../src/graph/shown-properties.ts'
import type { Evidence } from '../../src/identity/evidence.ts'
import { addObservation, emptyEvidence, type RecordEvidence, versionKey } from '../../src/identity/evidence.ts'
import { claimsOf, type Facts, factsOf } from '../../src/identity/facts.ts'
import { customerDigest } from '../../src/identity/history.ts'
import { compareKeys, identifierOf, pairOf } from '../../src/identity/keys.ts'
import { canonicalJson, type Policy } from '../../src/identity/policy.ts'
import { type Resolution, type ResolvedCustomer, type Rules, resolve } from '../../src/identity/resolve.ts'
import { isLimited } from '../../src/identity/status.ts'
import type { IdentifierKey, Kind } from '../../src/identity/types.ts'
import { rawStatement } from './raw-cypher.ts'
import { blockOf } from './rebuild-world.ts'

/** Blocks a transaction; each is some two thousand identifiers. */
const BLOCKS = 4

export interface Loaded {
  readonly identifiers: number
  readonly pairs: number
  readonly records: number
  readonly customers: number
  readonly refused: number
  readonly shared: number
}

/**
 * Fills an empty graph with a made-up world of at least so many identifiers, as resolvers would have left it: what
 * follows from the evidence is what `resolve` answers of each block alone, since nothing links two blocks.
 */
export async function loadWorld(
  graph: Graph,
  rules: Rules,
  identifiers: number,
  onProgress: (identifiers: number) => void,
): Promise<Loaded> {
  const loaded = { identifiers: 0, pairs: 0, records: 0, customers: 0, refused: 0, shared: 0 }
  for (let block = 0; loaded.identifiers < identifiers; block += BLOCKS) {
    const worlds = await Promise.all(Array.from({ length: BLOCKS }, (_, index) => worldOf(block + index, rules)))
    await write(graph, worlds)
    for (const { evidence, resolution } of worlds) {
      loaded.identifiers += evidence.identifiers.size
      loaded.pairs += evidence.observed.size
      loaded.records += evidence.records.size
      loaded.customers += resolution.customers.length
      loaded.refused += resolution.refused.observed.size
      for (const status of resolution.statuses.values()) if (status === 'shared') loaded.shared += 1
    }
    onProgress(loaded.identifiers)
  }
  return loaded
}

interface World {
  readonly evidence: Evidence
  readonly facts: Facts
  readonly resolution: Resolution
  readonly rules: Rules
}

async function worldOf(block: number, rules: Rules): Promise<World> {
  const evidence = emptyEvidence()
  for (const observation of blockOf(block)) addObservation(evidence, observation)
  return { evidence, facts: factsOf(evidence), resolution: await resolve(evidence, rules), rules }
}

async function write(graph: Graph, worlds: readonly World[]): Promise<void> {
  const session = graph.driver.session({ database: graph.database })
  try {
    const transaction = session.beginTransaction()
    // Sent one after another without waiting for each answer: the store runs them in this order.
    await Promise.all(
      (
        [
          ['load-identifiers', worlds.flatMap(identifierRows)],
          ['load-observed', worlds.flatMap(observedRows)],
          ['load-records', worlds.flatMap(recordRows)],
          ['load-customers', worlds.flatMap(customerRows)],
        ] as const
      ).map(([name, rows]) => transaction.run(rawStatement(name), { rows: jsonRows(rows) })),
    )
    await transaction.commit()
  } finally {
    await session.close()
  }
}

function identifierRows({ evidence, facts, resolution, rules }: World) {
  const neighbours = Map.groupBy(
    [...facts.observed.keys()].flatMap((pair) => bothWays(pairOf(pair))),
    ([key]) => key,
  )
  return [...evidence.identifiers].map(([key, supports]) => {
    const { kind, value } = identifierOf(key)
    const status = resolution.statuses.get(key) ?? 'unsupported'
    return {
      label: kindLabel(kind),
      properties: {
        ...{ key, kind, value, status, ...encodeSupports(supports) },
        ...encodeNeighbours(status === 'linking' ? countsOf(kind, neighbours.get(key) ?? [], rules.policy) : new Map()),
      },
      ...encodeSeen(facts.identifiers.get(key)),
    }
  })
}

function bothWays([a, b]: readonly [IdentifierKey, IdentifierKey]): (readonly [IdentifierKey, IdentifierKey])[] {
  return [
    [a, b],
    [b, a],
  ]
}

/** How many neighbours of each kind that the policy limits for its own. */
function countsOf(
  kind: Kind,
  neighbours: readonly (readonly [IdentifierKey, IdentifierKey])[],
  policy: Policy,
): Map<Kind, number> {
  const counts = new Map<Kind, number>()
  for (const [, neighbour] of neighbours) {
    const { kind: other } = identifierOf(neighbour)
    if (isLimited(kind, other, policy)) counts.set(other, (counts.get(other) ?? 0) + 1)
  }
  return counts
}

function observedRows({ evidence, facts, resolution }: World) {
  return [...evidence.observed].map(([pair, supports]) => {
    const [a, b] = pairOf(pair)
    const refused = resolution.refused.observed.has(pair) ? true : null
    return { a, b, properties: { ...encodeSupports(supports), refused }, ...encodeSeen(facts.observed.get(pair)) }
  })
}

function recordRows({ evidence, facts }: World) {
  return [...evidence.records.values()].flatMap((record) => {
    const current = facts.records.get(record.key)
    if (current === undefined) return []
    const version = versionOf(record)
    const fields = Object.entries(current.fields).map(([name, { value }]) => [name, value])
    return {
      account: record.account,
      observedAt: current.observedAt,
      properties: {
        ...shownProperties(Object.fromEntries(fields)),
        ...{ key: record.key, source: record.source, sourceId: record.id, account: record.account },
        ...{ fields: canonicalJson(current.fields), overlays: '{}' },
        claims: [...claimsOf(record, () => false)].sort(),
        current: version.key,
      },
      version,
    }
  })
}

function versionOf(record: RecordEvidence) {
  const [version] = record.versions.values()
  if (version === undefined) bug('a record without a version')
  const { observedAt, digest, deleted, traits, claims, deliveries } = version
  return {
    ...{ key: `${record.key}|${versionKey(version)}`, observedAt, digest, deleted },
    ...{ traits: canonicalJson(traits), claims: [...claims], loads: [...deliveries.keys()] },
    recorded: [...deliveries.values()],
  }
}

function customerRows({ resolution, rules }: World) {
  const touched = new Set([...resolution.refused.observed].flatMap((pair) => pairOf(pair)))
  return resolution.customers
    .toSorted((a, b) => compareKeys(a.id, b.id))
    .map((customer) =>
      customerRow(
        customer,
        rules.policy.hash,
        customer.members.some((key) => touched.has(key)),
      ),
    )
}

function customerRow(customer: ResolvedCustomer, policy: string, contested: boolean) {
  const { id, members, anchor, golden, provenance, firstSeen, lastSeen } = customer
  return {
    members: [...members],
    firstSeen,
    lastSeen: isoDay(lastSeen),
    changedAt: firstSeen,
    properties: {
      ...shownOfCustomer(golden),
      ...{ id, version: 1, size: members.length, anchor, digest: customerDigest(customer) },
      ...{ golden: canonicalJson(golden), provenance: canonicalJson(provenance), cause: 'observed', policy },
      ...(contested ? { contested } : {}),
    },
  }
}
