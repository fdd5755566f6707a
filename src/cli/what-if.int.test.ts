import { afterAll, beforeAll, expect, test } from 'vitest'
import { graphDigest } from '../../test/graph-digest.ts'
import { emptyGraph, live } from '../../test/live.ts'
import { runCommand } from '../../test/run-command.ts'
import { event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { identifierKey, identifierOf } from '../identity/keys.ts'
import { createResolver } from '../resolver/resolver.ts'
import { loadRules } from '../rules.ts'

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  const login = (email: string) => [identifierKey('cookie', 'kiosk'), identifierKey('email', email)].map(identifierOf)
  const observations = ['a@mail.vn', 'b@mail.vn'].map((email) => event({ identifiers: login(email) }))
  await createResolver({ graph, rules: loadRules(live()) }).apply({ observations })
})
afterAll(() => graph.close())

const whatIf = (...args: readonly string[]) => runCommand(['what-if', ...args])

test('tells which customers would be others, and writes nothing', async () => {
  const before = await graphDigest(graph)
  const { code, out } = await whatIf('--shared-above', 'cookie:email=none')
  expect(code).toBe(0)
  expect(out).toMatch(/created: 1\n {2}c_\w+: 0 identifiers now, 3 then\nabsorbed: 2\n/)
  expect(out).toContain('2 customers of today would be others, or none; 3 identifiers were read.')
  expect(out).toContain('Nothing was written.')
  const json = JSON.parse((await whatIf('--shared-above', 'cookie:email=5', '--json')).out)
  expect(json).toMatchObject({ identifiers: 3, affected: 2, difference: { absorbed: { count: 2 } } })
  expect(await graphDigest(graph)).toBe(before)
})

test('a knob that is none is a mistake of usage, a policy that is none a failure', async () => {
  expect((await whatIf()).code).toBe(2)
  expect((await whatIf('--link-threshold', 'high')).code).toBe(2)
  expect((await whatIf('--shared-above', 'phone=3')).code).toBe(2)
  expect((await whatIf('--link-threshold', '2')).code).toBe(1)
})
