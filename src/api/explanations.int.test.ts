import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiUnderTest, apiOver } from '../../test/api-under-test.ts'
import { graphDigest } from '../../test/graph-digest.ts'
import { customersIn } from '../../test/graph-state.ts'
import { rules as plainRules } from '../../test/live.ts'
import { DAY, event } from '../../test/told.ts'
import { assertPair } from '../commands/assert-pair.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import type { IdentifierKey, Observation } from '../identity/types.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import { createMatching } from '../matching/matching.ts'
import { createResolver } from '../resolver/resolver.ts'

const plain = plainRules()
const rules = { ...plain, matching: createMatching(defaultWeights, plain.policy) }
const crm = (id: string) => identifierKey('crm_contact', `crm:${id}`)
const mail = identifierKey('email', 'an@mail.vn')
const cookie = identifierKey('cookie', 'ck-1')
const phone = identifierKey('phone', '+84868964818')
const kiosk = identifierKey('cookie', 'kiosk')

function contact(id: string, traits: Record<string, string>, ...claims: IdentifierKey[]): Observation {
  return event({
    ...{ source: 'crm', type: 'record', observedAt: DAY },
    identifiers: [crm(id), ...claims].sort(compareKeys).map(identifierOf),
    record: { key: recordKey('crm', id), id, account: crm(id), traits },
  })
}
const together = (day: number, ...keys: IdentifierKey[]) =>
  event({ observedAt: day * DAY, identifiers: keys.sort(compareKeys).map(identifierOf) })

const AN = { name: 'Nguyễn Văn An', birthday: '1960-01-02', 'address.city': 'Huế' }
/** Contacts 1 and 2 are alike; 3 has the phone of 1 and contradicts; a kiosk's cookie saw three e-mails. */
const world = [
  contact('1', AN, mail, phone),
  contact('2', AN),
  contact('3', { name: 'Bình', birthday: '1991-11-13' }, phone),
  together(3, mail, cookie),
  ...['x', 'y', 'z'].map((name) => together(4, kiosk, identifierKey('email', `${name}@mail.vn`))),
]

let api: ApiUnderTest
beforeAll(async () => {
  const seed = async (graph: ApiUnderTest['graph']) => {
    await createResolver({ graph, rules }).apply({ observations: world })
  }
  api = await apiOver(seed, { rules })
})
afterAll(() => api?.close())

const RECORDS = `records { a { record key traits { name value } } b { record key traits { name value } }
  match { probability weighed weight prior bound contradiction comparisons { comparison level value bits } } }`
const LINK = `type a { key } b { key } probability since sources ${RECORDS}`
const EXPLANATION = `__typename
  ... on Together { customer pathLength cutSize path { ${LINK} } weakest { ${LINK} } cut { ${LINK} } }
  ... on Apart {
    one: a { key status customer unresolved shared { kind neighbours limit } } other: b { key status customer shared { kind } }
    refused { ${LINK} } undecided { type } linksBetween
    between { type a { key } b { key } kind together limit identifier { key } until ${RECORDS} }
    alike { match { weight } }
  }`

async function data(query: string, variables: object = {}) {
  const before = await graphDigest(api.graph)
  const answer = await api.ask(query, variables)
  expect(answer.errors).toBeUndefined()
  expect(await graphDigest(api.graph)).toBe(before)
  return answer.data
}
const why = async (a: string, b: string, root = 'why') =>
  (await data(`query ($a: ID!, $b: ID!) { ${root}(a: $a, b: $b) { ${EXPLANATION} } }`, { a, b }))[root]

test('why: the path, its weakest link with the waterfall of its records, and the cut', async () => {
  const answer = await why(cookie, crm('2'))
  expect(answer).toMatchObject({ __typename: 'Together', pathLength: 3, cutSize: 1 })
  expect(answer.path.map(({ type }: { type: string }) => type)).toEqual(['observed', 'observed', 'scored'])
  expect(answer.path[0]).toMatchObject({ since: '1970-01-04T00:00:00.000Z', sources: ['web'], records: null })
  const { records } = answer.path[2]
  expect(records.a).toEqual({
    ...{ record: 'crm:1', key: crm('1') },
    traits: Object.entries(AN)
      .map(([name, value]) => ({ name, value }))
      .sort((x, y) => compareKeys(x.name, y.name)),
  })
  const { prior, bound, weight, comparisons } = records.match
  const sum = comparisons.reduce((bits: number, one: { bits: number }) => bits + one.bits, prior + bound)
  expect(sum).toBeCloseTo(weight, 6)
  expect(answer.weakest).toEqual(answer.cut[0])
  expect(
    (await data(`{ why(a: "${cookie}", b: "${crm('2')}") { ... on Together { path(limit: 1) { type } } } }`)).why,
  ).toEqual({ path: [{ type: 'observed' }] })
})

test('why not: the refused link, and what stands between, bit by bit', async () => {
  const answer = await why(crm('3'), mail, 'whyNot')
  expect(answer).toMatchObject({
    __typename: 'Apart',
    one: { key: crm('3'), status: 'linking', unresolved: false, shared: null },
    linksBetween: 1,
    refused: [{ type: 'observed', a: { key: crm('3') }, b: { key: phone } }],
    between: [{ type: 'contradiction', a: null, records: { match: { contradiction: expect.any(String) } } }, {}],
  })
  const shared = await why(kiosk, mail)
  expect(shared).toMatchObject({
    one: { status: 'shared', customer: null, shared: { kind: 'email', neighbours: 3, limit: 1 } },
    ...{ refused: [], between: [] },
  })
})

test('a customer stands for all its identifiers, and so does an id that was given up', async () => {
  const customers = await customersIn(api.graph)
  const idOf = (key: IdentifierKey) => customers.find(({ members }) => members.includes(key))?.id ?? ''
  expect(await why(idOf(mail), crm('3'))).toMatchObject({ __typename: 'Apart', refused: [{ type: 'observed' }] })
  expect(await why(idOf(mail), idOf(mail))).toMatchObject({ __typename: 'Together', path: [], pathLength: 0 })

  const [x, y] = ['x', 'y'].map((name) => identifierKey('email', `${name}@mail.vn`)) as [IdentifierKey, IdentifierKey]
  const given = { by: 'steward', reason: 'told' }
  const joined = await assertPair(
    { resolver: createResolver({ graph: api.graph, rules }) },
    { a: x, b: y, verdict: 'same' },
    given,
  )
  const [former] = joined.difference.absorbed.customers
  expect(await why(former?.id ?? '', x)).toMatchObject({ __typename: 'Together', customer: former?.into[0] })
})

test('what is no identifier, or was never observed, is said without repeating it', async () => {
  const ask = `query ($a: ID!) { why(a: $a, b: "${mail}") { __typename } }`
  for (const a of ['email:nobody@mail.vn', 'nobody@mail.vn', 'c_00000000000000000000000000']) {
    const { errors } = await api.ask(ask, { a })
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', remedy: expect.any(String) })
    expect(JSON.stringify(errors)).not.toContain('nobody')
  }
})

test('searchRecord: whom a record may be about, without storing it', async () => {
  const search = `query ($record: [TraitInput!]!) { searchRecord(record: $record, limit: 5) {
    model identifiers { key status customer }
    candidates { customer key record traits { name value } sharing { key } isLink match { probability } contradicting { record match { weight } } }
  } }`
  const record = [...Object.entries(AN), ['phone', '0868 964 818']].map(([name, value]) => ({ name, value }))
  const { searchRecord } = await data(search, { record })
  expect(searchRecord.identifiers).toEqual([{ key: phone, status: 'linking', customer: expect.any(String) }])
  expect(searchRecord.candidates[0]).toMatchObject({ record: expect.stringMatching(/^crm:[12]$/), isLink: true })
  expect(searchRecord.candidates[0].match.probability).toBeGreaterThan(0.9)

  const nothing = await api.ask(search, { record: [] })
  expect(nothing.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'nothing_to_search' })
  const much = await api.ask(search, { record: Array.from({ length: 51 }, () => ({ name: 'a', value: 'b' })) })
  expect(much.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
})
