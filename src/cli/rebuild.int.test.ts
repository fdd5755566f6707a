import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, emptyGraph, live } from '../../test/live.ts'
import { runCommand } from '../../test/run-command.ts'
import { event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { createResolver } from '../resolver/resolver.ts'
import { loadRules } from '../rules.ts'

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  await createResolver({ graph, rules: loadRules(live()) }).apply({ observations: [event()] })
})
afterAll(() => graph.close())

test('rebuild finds nothing, finds what is wrong, repairs it, finds nothing', async () => {
  const { code, out } = await rebuild('--check')
  expect(code).toBe(0)
  expect(out.split('\n')).toEqual([
    'records      0 checked, 0 differ',
    'blocks       0 checked, 0 differ',
    'pairs        1 checked, 0 differ',
    'scores       0 checked, 0 differ',
    'identifiers  2 checked, 0 differ',
    'customers    1 checked, 0 differ',
    'assertions   0 checked, 0 differ',
    'The graph holds what its evidence implies.',
    '',
  ])
  await ask(graph, "MATCH (i:Identifier {key: 'email:e'}) SET i.status = 'shared'")

  const wrong = await rebuild('--check')
  expect(wrong.code).toBe(1)
  expect(wrong.out).toContain(
    'identifiers  2 checked, 1 differ (status 1)\n  different email:e: status shared, to be linking\n',
  )
  const json = await rebuild('--check', '--json', '--limit', '0')
  expect(json.code).toBe(1)
  const counted = { checked: 2, differences: 1, counts: { status: 1 }, listed: [] }
  expect(JSON.parse(json.out)).toMatchObject({ equal: false, parts: { identifiers: counted } })

  const repaired = await rebuild()
  expect(repaired.code).toBe(0)
  expect(repaired.out).toContain('and is repaired.')
  expect((await rebuild('--check')).code).toBe(0)
})

test('a limit that is none is a mistake of usage', async () => {
  expect((await rebuild('--limit', 'all')).code).toBe(2)
})

const rebuild = (...args: readonly string[]) => runCommand(['rebuild', ...args])
