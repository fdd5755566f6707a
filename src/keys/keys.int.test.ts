import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { ask, emptyGraph, shippedPolicy, wipe } from '../../test/live.ts'
import type { Graph } from '../graph/graph.ts'
import { BELIEVED_MS, openKeyRing } from './key-ring.ts'
import { createKey, type Grant, listKeys, revokeKey } from './manage-keys.ts'

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())
beforeEach(() => wipe(graph))

const policy = shippedPolicy()
const api: Grant = { use: 'api', name: 'the app', role: 'app' }
const write: Grant = { use: 'write', name: 'the shop', source: 'shop', kinds: ['cookie'], mayWait: false }

test('a secret opens its key, and is stored nowhere', async () => {
  for (const grant of [api, write]) {
    const { key, secret } = await createKey({ graph, policy }, grant)
    expect(key).toEqual({ ...grant, id: expect.stringMatching(/^key_[\da-f]{12}$/) })
    expect(secret).toMatch(grant.use === 'api' ? /^sk_[\w-]{43}$/ : /^wk_[\w-]{43}$/)
    expect(await openKeyRing({ graph }).find(secret)).toEqual(key)
    const stored = JSON.stringify(await ask(graph, 'MATCH (k:AccessKey) RETURN properties(k) AS all'))
    expect(stored).not.toContain(secret)
    expect(stored).not.toContain(secret.slice(3))
  }
  expect((await listKeys(graph)).map(({ name, revokedAt }) => [name, revokedAt])).toEqual([
    ['the app', undefined],
    ['the shop', undefined],
  ])
})

test('what is no key opens nothing', async () => {
  await createKey({ graph, policy }, api)
  const ring = openKeyRing({ graph })
  for (const secret of ['', 'sk_', `sk_${'a'.repeat(43)}`, `wk_${'a'.repeat(44)}`]) {
    expect(await ring.find(secret)).toBeUndefined()
  }
})

test('a key that is revoked opens nothing after 5 s, whatever was remembered; one made meanwhile opens then', async () => {
  const { key, secret } = await createKey({ graph, policy }, api)
  const ring = openKeyRing({ graph })
  expect(await ring.find(secret)).toEqual(key)
  await revokeKey(graph, key.id)
  const [listed] = await listKeys(graph)
  expect(listed?.revokedAt).toBeGreaterThan(0)
  const clock = vi.spyOn(performance, 'now')
  const start = performance.now()
  try {
    clock.mockReturnValue(start + BELIEVED_MS + 1)
    expect(await ring.find(secret)).toBeUndefined()
  } finally {
    clock.mockRestore()
  }
  await revokeKey(graph, key.id)
  expect((await listKeys(graph))[0]?.revokedAt).toBe(listed?.revokedAt)
})

test('the graph is asked once a while, however often a secret comes, and never about nonsense', async () => {
  const { secret } = await createKey({ graph, policy }, api)
  const read = vi.fn(graph.read)
  const ring = openKeyRing({ graph: { read: read as Graph['read'] } })
  await Promise.all(Array.from({ length: 20 }, () => ring.find(secret)))
  for (const _ of [1, 2, 3]) await ring.find(`sk_${'a'.repeat(43)}`)
  await ring.find('nonsense')
  expect(read.mock.calls.length).toBe(2)
})

test('where the graph does not answer nobody is let in, and nothing is remembered of it', async () => {
  const { key, secret } = await createKey({ graph, policy }, api)
  let fails = true
  const read: Graph['read'] = (...asked) => (fails ? Promise.reject(new Error('away')) : graph.read(...asked))
  const ring = openKeyRing({ graph: { read } })
  await expect(ring.find(secret)).rejects.toThrow('away')
  fails = false
  expect(await ring.find(secret)).toEqual(key)
})

test.each<[string, Partial<Grant>]>([
  ['no name', { ...api, name: ' ' }],
  ['no such role', { ...api, role: 'root' as 'app' }],
  ['a source with a colon', { ...write, source: 'a:b' }],
  ['no kinds', { ...write, kinds: [] }],
  ['a kind that the policy has not', { ...write, kinds: ['cookie', 'shoe_size'] }],
])('a key is not made with %s', async (_, grant) => {
  await expect(createKey({ graph, policy }, grant as Grant)).rejects.toMatchObject({
    code: 'key_invalid',
    remedy: expect.any(String),
  })
  expect(await listKeys(graph)).toEqual([])
})

test('only a key that there is can be revoked', async () => {
  await expect(revokeKey(graph, 'key_none')).rejects.toMatchObject({ code: 'key_unknown' })
})
