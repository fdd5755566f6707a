import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyGraph, live } from '../../test/live.ts'
import { runCommand } from '../../test/run-command.ts'
import { event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import { createResolver } from '../resolver/resolver.ts'
import { loadRules } from '../rules.ts'

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  const observations = Array.from({ length: 120 }, (_, number) => {
    const account = identifierKey('crm_contact', `crm:${number}`)
    const traits = { name: `Nguyen Person${number}`, birthday: `1990-02-${10 + (number % 18)}` }
    const record = { key: recordKey('crm', `${number}`), id: `${number}`, account, traits }
    return event({ source: 'crm', type: 'record', identifiers: [identifierOf(account)], record })
  })
  await createResolver({ graph, rules: loadRules(live()) }).apply({ observations })
})
afterAll(() => graph.close())

test('train --json tells what was learned, and no value of any record', async () => {
  const out = await train('--json')
  const { training, applied } = JSON.parse(out)
  expect(training).toMatchObject({ records: 120, model: { comparisons: { full_name: {} } } })
  expect(applied).toBeUndefined()
  expect(out).not.toContain('nguyen')
})

test('train says it in words', async () => {
  expect(await train()).toContain('learned from 120 of 120 records')
})

const train = async (...args: readonly string[]) => (await runCommand(['train', ...args])).out
