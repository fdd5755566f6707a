import { type GraphQLObjectType, getNamedType, isCompositeType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type ApiUnderTest, apiOver, SMALL_WORLD, SMALL_WORLD_IDS, testKeys } from '../../test/api-under-test.ts'
import { grantOf } from './access.ts'
import { ROLES, type Role } from './caller.ts'
import { masked } from './mask.ts'
import { createApiSchema } from './schema.ts'

const { a, d, e, s } = SMALL_WORLD_IDS
/** A question that reaches an object of each type. */
const ROUTES: Record<string, (selection: string) => string> = {
  Customer: (selection) => `{ customer(id: "${a}") { ${selection} } }`,
  GoldenField: (selection) => `{ customer(id: "${a}") { golden { ${selection} } } }`,
  FormerCustomer: (selection) => `{ customer(id: "${a}") { formerCustomers { ${selection} } } }`,
  SeveralCustomers: (selection) => `{ whatBecameOf(id: "${s}") { ... on SeveralCustomers { ${selection} } } }`,
  DeadEnd: (selection) => `{ whatBecameOf(id: "${d}") { ... on DeadEnd { ${selection} } } }`,
  Identifier: (selection) => `{ identifier(kind: crm_contact, value: "crm:1001") { ${selection} } }`,
  Observed: (selection) => `{ identifier(kind: crm_contact, value: "crm:1001") { observed { ${selection} } } }`,
  Scored: (selection) => `{ identifier(kind: crm_contact, value: "crm:1001") { scored { ${selection} } } }`,
  Asserted: (selection) => `{ identifier(kind: crm_contact, value: "crm:1001") { asserted { ${selection} } } }`,
  Record: (selection) => `{ customer(id: "${a}") { records { ${selection} } } }`,
  Trait: (selection) => `{ customer(id: "${a}") { records { traits { ${selection} } } } }`,
}
const QUESTIONS: Record<string, string> = {
  customer: `customer(id: "${a}") { __typename }`,
  whatBecameOf: `whatBecameOf(id: "${s}") { __typename }`,
  identifier: 'identifier(kind: email, value: "an@mail.vn") { __typename }',
  identify: 'identify(anything: "an@mail.vn") { __typename }',
  customers: 'customers { __typename }',
  customersByName: 'customersByName(name: "An") { __typename }',
}

let api: ApiUnderTest
let types: GraphQLObjectType[]
beforeAll(async () => {
  api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS })
  const schema = await createApiSchema({ graph: api.graph, policy: api.policy, sealedKeys: testKeys, kinds: [] })
  types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  ) as GraphQLObjectType[]
})
afterAll(async () => await api?.close())

test('every cell of the table is what a question of that role comes back with', async () => {
  let cells = 0
  for (const type of types) {
    for (const field of Object.values(type.getFields())) {
      const selection = isCompositeType(getNamedType(field.type))
        ? `it: ${field.name} { __typename }`
        : `it: ${field.name}`
      const question = type.name === 'Query' ? `{ it: ${QUESTIONS[field.name]} }` : ROUTES[type.name]?.(selection)
      expect(question, `a route to ${type.name}.${field.name}`).toBeDefined()
      const whole = await api.ask(question ?? '')
      expect(whole.errors, `${type.name}.${field.name}`).toBeUndefined()
      for (const role of ROLES) {
        const cell = `${role}: ${type.name}.${field.name}`
        const answer = await api.ask(question ?? '', {}, role)
        cells += 1
        const grant = grantOf(role, type.name, field.name)
        if (grant === undefined) {
          expect([answer.status, answer.errors?.[0]?.extensions.code, answer.data ?? null], cell).toEqual([
            403,
            'FORBIDDEN',
            null,
          ])
        } else if (grant === 'open') {
          expect(answer.data, cell).toEqual(whole.data)
        } else {
          expect(leavesOf(answer.data), cell).toEqual(
            leavesOf(whole.data).map(grant === 'masked' ? masked : testKeys.seal),
          )
        }
      }
    }
  }
  expect(cells).toBeGreaterThan(500)
})

describe('a role that may not see values whole', () => {
  const EVERYTHING = `
    fragment Whole on Identifier { key value customer { name email phone anchor } records { key sourceId name city traits { value } } }
    { identify(anything: "an@mail.vn") { ...Whole }
      hub: identifier(kind: phone, value: "+84900000009") { ...Whole }
      customers { nick: name mail: email tel: phone birthday city golden { value from } identifiers { ...Whole }
        records { key account { ...Whole } } formerCustomers { anchor held { ...Whole } } }
      whatBecameOf(id: "${d}") { ... on DeadEnd { identifier { ...Whole } } } }`
  const LINKS = `{ identifier(kind: crm_contact, value: "crm:1001") {
    observed { neighbour { key value } } scored { neighbour { key value customer { name } } }
    asserted { reason neighbour { key value } } } }`
  const CONTACTS = [
    'an@mail.vn',
    'old@mail.vn',
    '84912345671',
    '84912345672',
    '84900000009',
    '912345671',
    '1990-02-14',
    'Huế',
    'LC123456',
    '1001',
    'pos-7-1',
  ]

  it.each([
    ['app', EVERYTHING, CONTACTS],
    ['analyst', EVERYTHING, [...CONTACTS, 'Nguyễn', 'Nguyen']],
    ['analyst', LINKS, [...CONTACTS, 'Nguyễn', 'Nguyen', 'father']],
  ] as const)('%s is shown none, under no alias, nowhere in an answer', async (role, question, hidden) => {
    const whole = JSON.stringify(await api.ask(question))
    expect(hidden.filter((value) => whole.includes(value)).length, 'else there is nothing to hide').toBeGreaterThan(2)
    const answer = await api.ask(question, {}, role as Role)
    expect(answer.errors).toBeUndefined()
    const body = JSON.stringify(answer)
    expect(hidden.filter((value) => body.includes(value))).toEqual([])
    expect(body).toMatch(/\*\*\*|:~/)
  })

  it('goes on with keys that it was given sealed, as literals and as variables', async () => {
    const page = 'query ($id: ID!, $after: ID) { customer(id: $id) { identifiers(limit: 2, after: $after) { key } } }'
    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const { data } = await api.ask(page, { id: a, after }, 'app')
      const keys = data.customer.identifiers.map((each: { key: string }) => each.key)
      if (keys.length === 0) break
      seen.push(...keys)
      after = keys.at(-1)
    }
    const { data } = await api.ask(`{ customer(id: "${a}") { identifiers { key } } }`)
    expect(seen.map(testKeys.open)).toEqual(data.customer.identifiers.map((each: { key: string }) => each.key))
    const literal = await api.ask(`{ customer(id: "${a}") { identifiers(after: "${seen[0]}") { key } } }`, {}, 'app')
    expect(literal.data.customer.identifiers.map((each: { key: string }) => each.key)).toEqual(seen.slice(1))
    const pasted = await api.ask(`{ identify(anything: "${seen[0]}") { key } }`, {}, 'app')
    expect(pasted.data.identify).toEqual([{ key: seen[0] }])
  })

  it('learns nothing of a sealed key by asking wrongly', async () => {
    const sealed = testKeys.seal('email:an@mail.vn')
    for (const [question, variables] of [
      [`{ identifier(kind: "${sealed}", value: "x") { key } }`, {}],
      [`{ customer(id: "${sealed}") { id } }`, {}],
      ['query ($v: Int!) { customers(first: $v) { id } }', { v: sealed }],
      ['query ($v: [ID!]!) { customer(id: $v) { id } }', { v: [sealed] }],
      [`{ identify(anything: "${sealed}x") { key } }`, {}],
    ] as const) {
      const body = JSON.stringify(await api.ask(question, variables, 'app'))
      expect(body).not.toContain('mail.vn')
    }
  })
})

describe('what a role may not ask', () => {
  it('is refused before anything is read, in fragments and under aliases, and named', async () => {
    const question =
      'query { it: identifier(kind: email, value: "an@mail.vn") { ...Links key } } fragment Links on Identifier { l: observed { refused } }'
    const { status, data, errors } = await api.ask(question, {}, 'app')
    expect([status, data ?? null]).toEqual([403, null])
    expect(errors).toEqual([
      {
        message: 'your role may not ask for Identifier.observed, Observed.refused',
        extensions: { code: 'FORBIDDEN', remedy: expect.stringContaining('role') },
      },
    ])
  })

  it('cannot be had by claiming another role beside the token', async () => {
    const question = {
      query: `{ customer(id: "${e}") { name } }`,
      context: { caller: { role: 'admin' } },
      extensions: { role: 'admin' },
    }
    const headers = {
      authorization: 'Bearer analyst',
      'x-role': 'admin',
      'x-forwarded-user': 'admin',
      cookie: 'role=admin',
    }
    const answer = await api.app.inject({ method: 'POST', url: '/graphql?role=admin', payload: question, headers })
    expect(answer.json().data.customer.name).toBe(masked('An Nguyen'))
  })
})

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : []
}
