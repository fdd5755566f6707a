import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyGraph, live } from '../../test/live.ts'
import { runCommand } from '../../test/run-command.ts'
import { event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import type { IdentifierKey, Observation } from '../identity/types.ts'
import { createResolver } from '../resolver/resolver.ts'
import { loadRules } from '../rules.ts'

const crm = (id: string) => identifierKey('crm_contact', `crm:${id}`)
const clerk = identifierKey('phone', '+84868964819')
const [clear, title] = ['\u001b[2J', '\u009d0;owned\u0007']

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  await createResolver({ graph, rules: loadRules(live()) }).apply({
    observations: [
      contact('1', { name: `Nguyễn Văn An${clear}`, birthday: '1990-02-14', 'address.city': `Huế${title}` }),
      contact('2', { name: `Nguyễn Văn An${clear}`, birthday: '1990-02-14' }),
      ...Array.from({ length: 7 }, (_, n) => together(clerk, identifierKey('pos_account', `pos:${n}`))),
    ],
  })
})
afterAll(() => graph.close())

function contact(id: string, traits: Record<string, string>): Observation {
  const record = { key: recordKey('crm', id), id, account: crm(id), traits }
  return { ...together(crm(id)), source: 'crm', type: 'record', record }
}

function together(...keys: IdentifierKey[]): Observation {
  return event({ identifiers: keys.sort(compareKeys).map(identifierOf) })
}

test('what sources sent cannot steer the terminal', async () => {
  for (const out of [
    await selfsame('search', 'name=Nguyễn Văn An', 'birthday=1990-02-14'),
    await selfsame('why', crm('1'), crm('2')),
  ]) {
    expect(out).toContain('nguyen van an')
    expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  }
})

test('of a shared identifier it is said that it joins nobody', async () => {
  const out = await selfsame('why', clerk, crm('1'))
  expect(out).toContain(`${clerk} is shared: it joins nobody, and is nobody's.`)
  expect(out).not.toContain('nothing keeps them apart')
})

const selfsame = async (...args: readonly string[]) => (await runCommand(args)).out
