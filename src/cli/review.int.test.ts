import { userInfo } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyGraph, live } from '../../test/live.ts'
import { runCommand } from '../../test/run-command.ts'
import { event } from '../../test/told.ts'
import { readAuditTrail } from '../graph/audit.ts'
import type { Graph } from '../graph/graph.ts'
import { identifierKey, identifierOf } from '../identity/keys.ts'
import { createResolver } from '../resolver/resolver.ts'
import { loadRules } from '../rules.ts'

const [a, b] = [identifierKey('email', 'a@mail.vn'), identifierKey('email', 'b@mail.vn')]

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  const observations = [a, b].map((key) => event({ identifiers: [identifierOf(key)] }))
  await createResolver({ graph, rules: loadRules(live()) }).apply({ observations })
})
afterAll(() => graph.close())

test('what is decided at a terminal says what changed, and is kept in the trail', async () => {
  const decide = async (...args: readonly string[]) => (await runCommand(['review', ...args])).out
  expect(await decide('same', a, b, '--reason', 'she showed both')).toBe('Customers: 1 changed, 1 absorbed.\n')
  expect(await decide('same', a, b)).toBe('That was in force already: nothing was changed.\n')
  expect(JSON.parse(await decide('withdraw', a, b, '--json'))).toMatchObject({
    ...{
      a,
      b,
      answer: 'withdraw',
      known: false,
      dryRun: false,
      difference: { created: { count: 1 }, split: { count: 1 } },
    },
  })
  expect(await decide('unsure', a, b)).toBe('No customer changed.\n')
  const trail = await readAuditTrail(graph, { first: 10 })
  expect(trail.map(({ command, by, role, reason }) => ({ command, by, role, reason }))).toEqual(
    [
      ['decideReview', ''],
      ['withdrawAssertion', ''],
      ['assertSame', ''],
      ['assertSame', 'she showed both'],
    ].map(([command, reason]) => ({ command, by: userInfo().username, role: 'operator', reason })),
  )
})
