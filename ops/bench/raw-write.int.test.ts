import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Graph, int } from '../../src/graph/graph.ts'
import { compareKeys, identifierKey, recordKey } from '../../src/identity/keys.ts'
import type { IdentifierKey, Observation } from '../../src/identity/types.ts'
import { createResolver } from '../../src/resolver/resolver.ts'
import { emptyGraph, rules } from '../../test/live.ts'
import { readCommitted } from './committed.ts'
import { emptyGraph as deleteEverything, rowsOf } from './raw-cypher.ts'
import { writeRaw } from './raw-write.ts'

const DAY = 86_400_000
const an = identifierKey('email', 'an@mail.vn')
const phone = identifierKey('phone', '+84912000111')
const contact = identifierKey('crm_contact', 'crm:1')
const cookies = ['x', 'y', 'z'].map((value) => identifierKey('cookie', value))

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  const resolver = createResolver({ graph, rules: rules() })
  const observations = [
    event(1, [cookies[0] as IdentifierKey, an]),
    event(2, [cookies[1] as IdentifierKey, phone]),
    row(3, [contact, phone]),
    // Joins two customers: one of them becomes a former one.
    row(4, [contact, phone, an]),
  ]
  for (const observation of observations) await resolver.apply({ observations: [observation] })
  const decided = { decision: 'assertion', id: 'd-1', by: 'lan', at: 5 * DAY, reason: 'told us', verdict: 'different' }
  await resolver.apply({
    observations: [event(6, [cookies[2] as IdentifierKey])],
    decisions: [{ ...decided, a: an, b: cookies[2] } as never],
    offsets: [{ cluster: 'c', topic: 't', partition: 0, offset: '7' }],
  })
  await graph.driver.executeQuery(
    'MATCH (i:Identifier {key: $an}), (j:Identifier {key: $phone}) SET i:Unresolved, i.neighbourCounts = [$two] CREATE (i)-[:SCORED {weight: 7.5}]->(j)',
    { an, phone, two: int(2) },
    { database: graph.database },
  )
})
afterAll(() => graph.close())

test('what the raw write makes of a graph is that graph: nodes, relationships, labels and properties', async () => {
  const before = await everything()
  expect(before).toContain('SCORED')
  for (const what of ['NOT_SAME_AS', 'HELD', 'ABOUT', 'VERSION_OF', 'IDENTIFIES', 'Unresolved', 'IngestOffset']) {
    expect(before).toContain(what)
  }
  const committed = await readCommitted(graph)
  await deleteEverything(graph)
  await writeRaw(graph, committed)
  expect(await everything()).toBe(before)
})

async function everything(): Promise<string> {
  const nodes = await rowsOf(graph, 'read-nodes')
  const relationships = await rowsOf(graph, 'read-relationships')
  return [...nodes, ...relationships].map(canonical).sort().join('\n')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const parts = Object.entries(value).sort(([a], [b]) => compareKeys(a, b))
  return `{${parts.map(([name, part]) => `${name}:${name === 'labels' ? [...part].sort() : canonical(part)}`)}}`
}

function event(day: number, keys: readonly IdentifierKey[]): Observation {
  return {
    ...{
      messageId: `m-${day}`,
      source: 'web',
      load: '',
      type: 'identify',
      observedAt: day * DAY,
      recordedAt: day * DAY,
    },
    identifiers: keys.toSorted(compareKeys).map((key) => ({ key, kind: key.split(':')[0], value: key })) as never,
  } as Observation
}

function row(day: number, keys: readonly IdentifierKey[]): Observation {
  const traits = { name: 'Nguyễn Văn An', birthday: '1990-02-14' }
  const record = { key: recordKey('crm', '1'), id: '1', account: contact, traits }
  return { ...event(day, keys), source: 'crm', type: 'record', record } as Observation
}
