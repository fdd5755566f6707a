import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, apiOver, SMALL_WORLD, SMALL_WORLD_IDS } from '../../test/api-under-test.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS })
})
afterAll(async () => await api?.close())

const { a, b, d, e, s } = SMALL_WORLD_IDS

/** The answer to a text never asked before, for which the library writes its statements. */
const anew = (query: string, variables: object) => api.ask(`${query} # ${Math.random()}`, variables)

const EVERYTHING = `{
  key kind value status firstSeen lastSeen sources observedCount
  mine: customer { id version size firstSeen lastSeen changedAt cause golden { field value from } formerIds
    phones: identifiers(kind: phone, limit: $n) { value }
    records(limit: $n) { key observedAt traits { name value observedAt } account { key } }
    formerCustomers { id until held { key } } }
  observed(limit: $n) { neighbour { key } firstSeen lastSeen sources refused }
  scored { probability weight neighbour { key } }
  asserted { verdict at by neighbour { key customer { id } } }
}`

describe('a question that comes again', () => {
  const BY_VALUE = `query ($kind: Kind!, $value: String!, $n: Int! = 20) { identifier(kind: $kind, value: $value) ${EVERYTHING} }`
  const OTHERS = [
    { kind: 'phone', value: '0912 345 671' },
    { kind: 'crm_contact', value: 'crm:1001' },
    { kind: 'email', value: 'nobody@mail.vn' },
    { kind: 'phone', value: '0900 000 009' },
    { kind: 'phone', value: '0912 345 671', n: 0 },
    { kind: 'phone', value: '0912 345 671', n: 1 },
    { kind: 'email', value: 'an@mail.vn' },
  ]

  it('is answered as if it came for the first time, about whatever it is', async () => {
    for (const variables of [...OTHERS, ...OTHERS]) {
      const { errors, data } = await api.ask(BY_VALUE, variables)
      expect(errors).toBeUndefined()
      expect(data).toEqual((await anew(BY_VALUE, variables)).data)
    }
  })

  it('is answered each its own where many come at once', async () => {
    const alone = await Promise.all(OTHERS.map((variables) => anew(BY_VALUE, variables)))
    const many = Array.from({ length: 5 }, () => OTHERS).flat()
    const together = await Promise.all(many.map((variables) => api.ask(BY_VALUE, variables)))
    for (const [place, { errors, data }] of together.entries()) {
      expect(errors).toBeUndefined()
      expect(data).toEqual(alone[place % OTHERS.length]?.data)
    }
  })

  it('may call its fields as we call ours', async () => {
    const query = `query ($value: String!) { identifier(kind: phone, value: $value) { selfsame_asked: status ...K } }
      fragment K on Identifier { selfsame_names: kind }`
    const values = ['0912 345 671', '0912 345 671', '0900 000 009']
    for (const value of values) expect(await api.ask(query, { value })).toEqual(await anew(query, { value }))
  })

  it.each([
    'query ($id: ID!, $n: Int! = 3) { customer(id: $id) { id name identifiers(limit: $n) { key customer { id } } } }',
    `query ($id: ID!) { whatBecameOf(id: $id) { __typename ... on Customer { id name }
      ... on SeveralCustomers { former { id until } count customers { id name } one: customers(limit: 1) { id } }
      ... on DeadEnd { status former { id } identifier { key status } } } }`,
    'query ($id: String!) { identify(anything: $id) { key customer { ...C } } other: identify(anything: "1001") { key } } fragment C on Customer { id size }',
    'query ($id: ID!) { a: customer(id: $id) { id } b: customer(id: $id) { name } customer(id: $id) { id } customer(id: $id) { size } }',
  ])('%s', async (query) => {
    for (const id of [a, b, d, e, s, a, s]) {
      const { errors, data } = await api.ask(query, { id })
      expect(errors).toBeUndefined()
      expect(data).toEqual((await anew(query, { id })).data)
    }
  })
})
