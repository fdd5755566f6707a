import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, emptyGraph, rules as plainRules } from '../../test/live.ts'
import { DAY, event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import type { IdentifierKey, Observation } from '../identity/types.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import { createMatching } from '../matching/matching.ts'
import { createResolver } from '../resolver/resolver.ts'
import { searchRecord } from './search.ts'

const plain = plainRules()
const rules = { ...plain, matching: createMatching(defaultWeights, plain.policy) }
const phone = identifierKey('phone', '+84868964818')
const an = { name: 'Nguyễn Văn An', birthday: '1990-02-14', 'address.street': '12 Lê Lợi', 'address.city': 'Huế' }

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
  await createResolver({ graph, rules }).apply({
    observations: [
      contact('1', an, phone),
      contact('2', { name: 'Trần Thị Hoa', birthday: '1961-07-30', 'address.city': 'Huế' }),
    ],
  })
})
afterAll(() => graph.close())

function contact(id: string, traits: Record<string, string>, ...claims: IdentifierKey[]): Observation {
  const account = identifierKey('crm_contact', `crm:${id}`)
  return event({
    ...{ source: 'crm', type: 'record', observedAt: DAY },
    identifiers: [account, ...claims].sort(compareKeys).map(identifierOf),
    record: { key: recordKey('crm', id), id, account, traits },
  })
}

const search = (traits: Record<string, unknown>) => searchRecord(traits, { graph, policy: rules.policy })

test('a record is found by what it says, with why, and nothing is stored', async () => {
  const count = () => ask(graph, 'MATCH (n) RETURN count(n) AS nodes')
  const before = await count()
  const { candidates, model } = await search({ name: 'Nguyen Van An', birthday: '1990-02-14' })
  expect(model).toBe('default')
  expect(candidates).toMatchObject([{ record: 'crm:1', isLink: true, sharing: [], traits: an }])
  expect(candidates[0]?.match.comparisons.map(({ comparison }) => comparison)).toEqual(['full_name', 'birth_date'])
  expect(candidates[0]?.customer).toMatch(/^c_/)
  expect(await count()).toEqual(before)
})

test('and by its phone, however it is written, though all else differs', async () => {
  const { identifiers, candidates } = await search({ name: 'Phạm Quốc Bảo', phone: '0868 964 818' })
  expect(identifiers).toMatchObject([{ key: phone, status: 'linking', customer: candidates[0]?.customer }])
  expect(candidates).toMatchObject([{ record: 'crm:1', sharing: [phone], isLink: false }])
})

describe('who contradicts would not be linked, and it is said why', () => {
  const house = { 'address.street': '5 Hàng Bài', 'address.city': 'Hà Nội' }
  const mail = identifierKey('email', 'minh@mail.vn')

  test('a son of the house and the phone is nobody who is known; his father is', async () => {
    const father = { ...house, name: 'Đỗ Văn Hùng', birthday: '1960-01-02', phone: '+84868000111' }
    await createResolver({ graph, rules }).apply({ observations: [contact('3', father)] })
    const { candidates } = await search({ ...father, name: 'Đỗ Quốc Bảo', birthday: '1991-11-13' })
    expect(candidates).toEqual([])
    const known = await search({ ...father, birthday: '1960-01-02' })
    expect(known.candidates).toMatchObject([{ record: 'crm:3', isLink: true, contradicting: undefined }])
  })

  test('a customer of whom another record contradicts, which nothing proposes', async () => {
    const [one, other] = [
      contact('4', { ...house, name: 'Lý Gia Minh' }, mail),
      contact('5', { name: 'Phạm Thu Trang', birthday: '1983-10-09' }, mail),
    ]
    await createResolver({ graph, rules }).apply({ observations: [one, other] })
    const { candidates } = await search({ ...house, name: 'Lý Gia Minh', birthday: '1951-01-28' })
    expect(candidates).toMatchObject([
      { record: 'crm:4', isLink: false, contradicting: { record: 'crm:5', match: { contradiction: 'unlike' } } },
    ])
    expect(candidates[0]?.match.probability).toBeGreaterThan(rules.policy.linkThreshold)
  })
})

test('nobody is found where nobody is alike; a record that says nothing is refused', async () => {
  expect(await search({ name: 'Lê Minh Châu', birthday: '2001-01-01' })).toMatchObject({ candidates: [] })
  await expect(search({ name: 'Nguyễn Văn An' })).rejects.toMatchObject({ code: 'nothing_to_search' })
})
