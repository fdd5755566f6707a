import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, emptyGraph, shippedPolicy } from '../../test/live.ts'
import type { Graph } from '../graph/graph.ts'
import { toObservation } from '../identity/observation.ts'
import { withoutModel } from '../identity/resolve.ts'
import { createResolver } from '../resolver/resolver.ts'
import { identityMap, recordMap } from './maps.ts'
import { customersTable } from './tables.ts'

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  const policy = shippedPolicy()
  const resolver = createResolver({ graph, rules: { policy, idKey: new Uint8Array(32), matching: withoutModel } })
  const observedAt = '2026-01-31T09:30:00.000Z'
  const messages = [
    { type: 'record', source: 'crm', record: { id: '10', traits: { name: 'Nguyễn Văn An', email: 'AN@khach.vn' } } },
    { type: 'record', source: 'crm', record: { id: '9', traits: { name: 'Trần Thị Bình', phone: '0903 117 284' } } },
    { type: 'record', source: 'crm2', record: { id: '1', traits: { name: 'Lê Văn Cường' } } },
    { type: 'record', source: 'crm', record: { id: 'gone', traits: { name: 'Phạm Văn Dũng' } } },
    { type: 'delete', source: 'crm', record: { id: 'gone' }, later: true },
    { type: 'track', source: 'web', identifiers: [{ kind: 'email', value: 'noreply@example.com' }] },
    ...['\u{1f600}', '\uff21', 'z', 'a,"b"'].map((value) => ({
      ...{ type: 'track', source: 'web', identifiers: [{ kind: 'cookie', value }] },
    })),
  ]
  const observations = messages.map(({ later, ...message }: Record<string, unknown>, index) => {
    const at = later === true ? '2026-02-01T00:00:00.000Z' : observedAt
    const read = toObservation({ messageId: `m${index}`, observedAt: at, identifiers: [], ...message } as never, {
      policy,
      recordedAt: 0,
      now: Date.UTC(2027),
    })
    if (read.kind === 'rejected') throw new Error(read.reason)
    return read.observation
  })
  await resolver.apply({ observations })
})
afterAll(() => graph.close())

test('the identity map has every identifier, in the order of the UTF-8 bytes of keys', async () => {
  const rows = await Array.fromAsync(identityMap(graph))
  const keys = rows.map(({ kind, value }) => `${kind}:${value}`)
  expect(keys).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
  expect(keys.slice(0, 4)).toEqual(['cookie:a,"b"', 'cookie:z', 'cookie:\uff21', 'cookie:\u{1f600}'])
  const known = await ask<{ key: string; id: string | null }>(
    graph,
    'MATCH (i:Identifier) OPTIONAL MATCH (i)-[:IDENTIFIES]->(c) RETURN i.key AS key, c.id AS id',
  )
  expect(new Map(rows.map((row) => [`${row.kind}:${row.value}`, row.customerId ?? null]))).toEqual(
    new Map(known.map(({ key, id }) => [key, id])),
  )
  const unassigned = rows.filter(({ customerId }) => customerId === undefined).map(({ value }) => value)
  expect(unassigned).toContain('noreply@example.com')
  expect(unassigned).toContain('crm:gone')
})

test('the records of a source are its own, those that count, with the customers of their accounts', async () => {
  const rows = await Array.fromAsync(recordMap(graph, 'crm'))
  expect(rows.map(({ recordId }) => recordId)).toEqual(['10', '9'])
  const map = new Map((await Array.fromAsync(identityMap(graph))).map(({ value, customerId }) => [value, customerId]))
  expect(rows.map(({ customerId }) => customerId)).toEqual([map.get('an@khach.vn'), map.get('+84903117284')])
  expect(rows[0]?.customerId).toBeDefined()
  expect(await Array.fromAsync(recordMap(graph, 'cr'))).toEqual([])
})

test('the customers are there once each, sorted, their golden fields in columns', async () => {
  const { columns, rows } = customersTable(graph)
  const names = Object.keys(columns)
  const customers = (await Array.fromAsync(rows)).map((row) =>
    Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])),
  )
  const ids = customers.map(({ customer_id }) => String(customer_id))
  expect(ids).toEqual(
    (await ask<{ id: string }>(graph, 'MATCH (c:Customer) RETURN c.id AS id ORDER BY id')).map(({ id }) => id),
  )
  expect(customers.find(({ email }) => email === 'an@khach.vn')).toMatchObject({
    ...{ name: 'Nguyễn Văn An', phone: null, size: 2, version: 1, city: null },
    ...{ first_seen: '2026-01-31T09:30:00.000Z', last_seen: '2026-01-31' },
  })
})
