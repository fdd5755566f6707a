import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyGraph, rules as plainRules, wipe } from '../../test/live.ts'
import { DAY, event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import { createPolicy } from '../identity/policy.ts'
import type { Decision, IdentifierKey, Observation } from '../identity/types.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import { createMatching } from '../matching/matching.ts'
import { createResolver } from '../resolver/resolver.ts'
import { why } from './why.ts'

const plain = plainRules()
const rules = { ...plain, matching: createMatching(defaultWeights, plain.policy) }
const crm = (id: string) => identifierKey('crm_contact', `crm:${id}`)
const [phone, mail, cookie, clerk, recycled] = [
  identifierKey('phone', '+84868964818'),
  identifierKey('email', 'an@mail.vn'),
  identifierKey('cookie', 'ck-1'),
  identifierKey('phone', '+84868964819'),
  identifierKey('phone', '+84868964820'),
]
const an = { name: 'Nguyễn Văn An', birthday: '1960-02-14', 'address.street': '12 Lê Lợi', 'address.city': 'Huế' }
const son = { name: 'Nguyễn Quốc Bảo', birthday: '1991-11-23', 'address.street': '12 Lê Lợi', 'address.city': 'Huế' }

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  await createResolver({ graph, rules }).apply({
    observations: [
      contact('father', an, phone),
      contact('again', an),
      contact('son', son, phone),
      event({ observedAt: 2 * DAY, identifiers: [mail, cookie].sort(compareKeys).map(identifierOf) }),
      contact('reader', { name: 'Lê Minh Châu' }, mail),
      ...Array.from({ length: 7 }, (_, n) => sale(n)),
      contact('former', { name: 'Phạm Minh Đức', birthday: '1950-03-04' }, recycled),
      { ...contact('present', { name: 'Trần Thị Hoa', birthday: '1975-08-09' }, recycled), observedAt: 300 * DAY },
    ],
    decisions: [parted],
  })
})
afterAll(() => graph.close())

const parted: Decision = {
  ...{ decision: 'assertion', id: 'd', at: 5 * DAY, by: 'steward', reason: 'told by phone', verdict: 'not_same' },
  ...{ a: crm('father'), b: mail },
}

function contact(id: string, traits: Record<string, string>, ...claims: IdentifierKey[]): Observation {
  return event({
    ...{ source: 'crm', type: 'record', observedAt: DAY },
    identifiers: [crm(id), ...claims].sort(compareKeys).map(identifierOf),
    record: { key: recordKey('crm', id), id, account: crm(id), traits },
  })
}

function sale(n: number): Observation {
  const account = identifierKey('pos_account', `pos:${n}`)
  return event({ source: 'pos', observedAt: DAY, identifiers: [clerk, account].sort(compareKeys).map(identifierOf) })
}

const ask = (a: IdentifierKey, b: IdentifierKey) => why(a, b, { graph, policy: rules.policy, model: defaultWeights })

describe('together', () => {
  test('by the strongest path, with its weakest link, who saw it, and what would have to be wrong', async () => {
    const answer = await ask(cookie, crm('reader'))
    expect(answer).toMatchObject({
      together: true,
      path: [
        { type: 'observed', a: cookie, b: mail, sources: ['web'], since: 2 * DAY },
        { type: 'observed', a: crm('reader'), b: mail, sources: ['crm'], since: DAY },
      ],
      weakest: { a: cookie, b: mail },
      cut: [{}],
    })
  })

  test('by records that are alike, with their waterfall', async () => {
    const answer = await ask(crm('again'), phone)
    expect(answer).toMatchObject({ together: true, cut: [{ records: { match: { comparisons: expect.any(Array) } } }] })
    const links = answer.together ? answer.path.map(({ type }) => type) : []
    expect(links).toEqual(['scored', 'observed'])
  })

  test('one identifier with itself', async () => {
    expect(await ask(mail, mail)).toMatchObject({ together: true, path: [], weakest: undefined, cut: [] })
  })
})

describe('apart', () => {
  test('because records contradict: the refused link, and the comparison that refused it', async () => {
    const answer = await ask(crm('father'), crm('son'))
    expect(answer).toMatchObject({ together: false, refused: [{ type: 'observed' }] })
    const [obstacle] = answer.together ? [] : answer.between
    expect(obstacle).toMatchObject({ type: 'contradiction', records: { match: { comparisons: expect.any(Array) } } })
  })

  test('because a person said so', async () => {
    expect(await ask(phone, cookie)).toMatchObject({
      together: false,
      refused: [],
      between: [{ type: 'not_same_as', a: crm('father'), b: mail }],
    })
  })

  test('because one of them is shared, and by what', async () => {
    expect(await ask(clerk, mail)).toMatchObject({
      together: false,
      ends: [{ key: clerk, status: 'shared', shared: { kind: 'pos_account', neighbours: 7, limit: 6 } }, { key: mail }],
      between: [],
    })
  })
})

test('a number that changed hands: from its former holder by the day until which it was theirs', async () => {
  expect(await ask(recycled, crm('present'))).toMatchObject({ together: true, path: [{ type: 'observed' }] })
  expect(await ask(recycled, crm('former'))).toMatchObject({
    ...{ together: false, refused: [] },
    between: [{ type: 'contradiction' }, { type: 'changed_hands', key: recycled, until: 1 }],
  })
})

test('what was never observed is said so', async () => {
  await expect(ask(mail, identifierKey('email', 'x@y.z'))).rejects.toMatchObject({ code: 'unknown_identifier' })
})

test('links of what was too large to be resolved are not refused: they wait', async () => {
  await wipe(graph)
  const kinds = { phone: {}, email: {} }
  const policy = createPolicy({ kinds, maxIdentifiers: 3 })
  const met = (key: IdentifierKey, n: number) =>
    event({ observedAt: n, identifiers: [identifierKey('email', `e${n}`), key].sort(compareKeys).map(identifierOf) })
  const [hub, other] = [identifierKey('phone', '1'), identifierKey('phone', '2')]
  const hubs = createResolver({ graph, rules: { ...rules, policy }, slowPathLimit: 4 })
  await hubs.apply({ observations: [met(other, 1), ...Array.from({ length: 9 }, (_, n) => met(hub, n + 2))] })
  const askHub = (key: IdentifierKey) => why(hub, key, { graph, policy, model: defaultWeights })
  expect(await askHub(identifierKey('email', 'e5'))).toMatchObject({
    ...{ together: false, refused: [], undecided: [{ type: 'observed' }] },
    ends: [{ status: 'linking', customer: undefined, unresolved: true }, { unresolved: true }],
  })
  await hubs.apply({ observations: [met(hub, 1)] })
  expect(await askHub(identifierKey('email', 'e1'))).toMatchObject({
    ...{ together: false, refused: [], undecided: [{ type: 'observed' }] },
    ends: [{ unresolved: true }, { customer: expect.stringMatching(/^c_/), unresolved: true }],
  })
})
