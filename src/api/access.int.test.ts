import { type GraphQLObjectType, getNamedType, isCompositeType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import {
  type Answer,
  type ApiUnderTest,
  apiOver,
  SMALL_WORLD,
  SMALL_WORLD_IDS,
  testKeys,
} from '../../test/api-under-test.ts'
import { shippedPolicy } from '../../test/live.ts'
import { unaskedSchema } from '../../test/unasked-schema.ts'
import { grantOf } from './access.ts'
import { ROLES, type Role } from './caller.ts'
import { masked } from './mask.ts'

const { a, d, e, s } = SMALL_WORLD_IDS
const PAIR = 'a: "crm_contact:crm:1001", b: "crm_contact:crm2:1001"'
const TOGETHER = 'a: "phone:+84912345671", b: "crm_contact:crm:1001"'
const ORDER = 'reason: "to see", idempotencyKey: "k", dryRun: true'
const SEARCH = 'searchRecord(record: [{ name: "email", value: "an@mail.vn" }])'
const TRIED = `whatIf(assertion: { ${PAIR}, verdict: same })`
const IDENTIFIER = 'identifier(kind: crm_contact, value: "crm:1001")'

/** By type: from the root to an object of it, braces left out. */
const ROUTES: Record<string, readonly string[]> = {
  Query: [],
  Mutation: ['mutation'],
  Customer: [`customer(id: "${a}")`],
  GoldenField: [`customer(id: "${a}")`, 'golden'],
  FormerCustomer: [`customer(id: "${a}")`, 'formerCustomers'],
  SeveralCustomers: [`whatBecameOf(id: "${s}")`, '... on SeveralCustomers'],
  DeadEnd: [`whatBecameOf(id: "${d}")`, '... on DeadEnd'],
  Identifier: [IDENTIFIER],
  Observed: [IDENTIFIER, 'observed'],
  Scored: [IDENTIFIER, 'scored'],
  Asserted: [IDENTIFIER, 'asserted'],
  Record: [`customer(id: "${a}")`, 'records'],
  Trait: [`customer(id: "${a}")`, 'records', 'traits'],
  CommandResult: ['mutation', `assertSame(${PAIR}, ${ORDER})`],
  CustomerChanges: [TRIED, 'absorbed'],
  CustomerChange: [TRIED, 'absorbed', 'customers'],
  IdentifierRef: [`why(${TOGETHER})`, '... on Together', 'path', 'a'],
  AuditEntry: ['auditTrail'],
  AuditSubject: ['auditTrail', 'subject'],
  AuditState: ['auditTrail', 'after'],
  AuditedCustomer: ['auditTrail', 'after', 'customers'],
  Together: [`why(${TOGETHER})`, '... on Together'],
  ExplainedLink: [`why(${TOGETHER})`, '... on Together', 'path'],
  Apart: [`why(${PAIR})`, '... on Apart'],
  ExplainedEnd: [`why(${PAIR})`, '... on Apart', 'a'],
  SharedBy: ['why(a: "phone:+84900000009", b: "email:an@mail.vn")', '... on Apart', 'a', 'shared'],
  Obstacle: [`why(${PAIR})`, '... on Apart', 'between'],
  ComparedRecords: [`why(${PAIR})`, '... on Apart', 'alike'],
  ComparedRecord: [`why(${PAIR})`, '... on Apart', 'alike', 'a'],
  Comparison: [`why(${PAIR})`, '... on Apart', 'alike', 'match', 'comparisons'],
  ReviewPair: ['reviewQueue'],
  SearchResult: [SEARCH],
  FoundIdentifier: [SEARCH, 'identifiers'],
  Candidate: [SEARCH, 'candidates'],
  TraitValue: [`why(${PAIR})`, '... on Apart', 'alike', 'a', 'traits'],
  Match: [`why(${PAIR})`, '... on Apart', 'alike', 'match'],
  ContradictingRecord: [SEARCH, 'candidates', 'contradicting'],
  WhatIf: [TRIED],
}
/** The same where an app is on another way than those who see how customers come about. */
const ROUTES_OF_APP: Record<string, readonly string[]> = {
  IdentifierRef: [SEARCH, 'candidates', 'sharing'],
  TraitValue: [SEARCH, 'candidates', 'traits'],
  Match: [SEARCH, 'candidates', 'match'],
}
const ROOTS: Record<string, string> = {
  customer: `customer(id: "${a}")`,
  whatBecameOf: `whatBecameOf(id: "${s}")`,
  identifier: IDENTIFIER,
  identify: 'identify(anything: "an@mail.vn")',
  customers: 'customers',
  customersByName: 'customersByName(name: "An")',
  why: `why(${PAIR})`,
  whyNot: `whyNot(${PAIR})`,
  reviewQueue: 'reviewQueue',
  searchRecord: SEARCH,
  whatIf: TRIED,
  auditTrail: 'auditTrail',
  assertSame: `assertSame(${PAIR}, ${ORDER})`,
  assertDifferent: `assertDifferent(${PAIR}, ${ORDER})`,
  withdrawAssertion: `withdrawAssertion(${PAIR}, ${ORDER})`,
  decideReview: `decideReview(${PAIR}, answer: unsure, ${ORDER})`,
  blockIdentifier: `blockIdentifier(key: "phone:+84912345671", ${ORDER})`,
  allowIdentifier: `allowIdentifier(key: "phone:+84912345671", ${ORDER})`,
  clearIdentifierDecision: `clearIdentifierDecision(key: "phone:+84912345671", ${ORDER})`,
}

function questionFor(type: string, field: string, { isComposite, role }: { isComposite: boolean; role: Role }): string {
  const isRoot = type === 'Query' || type === 'Mutation'
  const last = `it: ${isRoot ? ROOTS[field] : field}${isComposite ? ' { __typename }' : ''}`
  const route = (role === 'app' ? ROUTES_OF_APP[type] : undefined) ?? ROUTES[type] ?? [`no route to ${type}`]
  const [first, ...rest] = [...route, last]
  const selection = (steps: readonly string[]) =>
    steps.reduceRight((inner, step) => `${step}${inner === '' ? '' : ` { ${inner} }`}`, '')
  return first === 'mutation' ? `mutation { ${selection(rest)} }` : `{ ${selection([first ?? '', ...rest])} }`
}

let api: ApiUnderTest
const schema = await unaskedSchema(shippedPolicy())
const types = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
)
beforeAll(async () => {
  api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS })
})
afterAll(async () => await api?.close())

test('every cell of the table is what a question of that role comes back with', async () => {
  let cells = 0
  const known = new Map<string, Answer>()
  for (const type of types) {
    for (const field of Object.values(type.getFields())) {
      for (const role of ROLES) {
        const cell = `${role}: ${type.name}.${field.name}`
        const isComposite = isCompositeType(getNamedType(field.type))
        const question = questionFor(type.name, field.name, { isComposite, role })
        const whole = known.get(question) ?? (await api.ask(question))
        known.set(question, whole)
        expect(whole.errors, cell).toBeUndefined()
        const answer = await api.ask(question, {}, role)
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
  const WHOLE = `fragment Whole on Identifier {
    key value customer { name email phone anchor } records(limit: 2) { key sourceId name city traits { value } }
  }`
  const FOUND_BY_VALUE = `${WHOLE}
    { identify(anything: "an@mail.vn") { ...Whole } hub: identifier(kind: phone, value: "+84900000009") { ...Whole } }`
  const CUSTOMERS = `{ customers(first: 3) { nick: name mail: email tel: phone birthday city golden { value from }
    identifiers(limit: 6) { key value records(limit: 1) { key name } } records(limit: 2) { key account { key value } } } }`
  const FORMER = `${WHOLE} { whatBecameOf(id: "${d}") { ... on DeadEnd { identifier { ...Whole } } }
    split: whatBecameOf(id: "${s}") { ... on SeveralCustomers { former { anchor held(limit: 3) { ...Whole } } } } }`
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

  const WHY = `{
    together: why(${TOGETHER}) { ... on Together { path { a { key } b { key } sources records { a { record } } } cut { a { key } } weakest { b { key } } } }
    apart: whyNot(${PAIR}) { ... on Apart { a { key } b { key } refused { a { key } b { key } } between { a { key } b { key } }
      alike { a { record key traits { value } } b { record key traits { value } } match { comparisons { comparison level value bits } } } } } }`
  const FOUND = `{ ${SEARCH} { identifiers { key } candidates { key record traits { name value } sharing { key } match { probability } } } }`

  it.each([
    ['analyst', WHY, [...CONTACTS, 'Nguyễn', 'Nguyen', 'nguyen']],
    ['app', FOUND, [...CONTACTS, 'Nguyễn']],
    ['app', FOUND_BY_VALUE, CONTACTS],
    ['app', CUSTOMERS, CONTACTS],
    ['app', FORMER, CONTACTS],
    ['analyst', FOUND_BY_VALUE, [...CONTACTS, 'Nguyễn', 'Nguyen']],
    ['analyst', CUSTOMERS, [...CONTACTS, 'Nguyễn', 'Nguyen']],
    ['analyst', FORMER, [...CONTACTS, 'Nguyễn', 'Nguyen']],
    ['analyst', LINKS, [...CONTACTS, 'Nguyễn', 'Nguyen', 'father']],
  ] as const)('%s is shown none, under no alias, nowhere in an answer', async (role, question, hidden) => {
    const open = await api.ask(question)
    expect(open.errors).toBeUndefined()
    const whole = JSON.stringify(open)
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
      [`{ identifier(kind: phone, value: "${sealed}") { key } }`, {}],
    ] as const) {
      const body = JSON.stringify(await api.ask(question, variables, 'app'))
      expect(body).not.toContain('mail.vn')
    }
    const unknown = testKeys.seal('email:nobody@mail.vn')
    for (const question of [
      `{ why(a: "${unknown}", b: "${sealed}") { __typename } }`,
      `{ why(a: "${sealed}", b: "x") { __typename } }`,
    ]) {
      const { errors } = await api.ask(question, {}, 'analyst')
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
      expect(JSON.stringify(errors)).not.toContain('mail.vn')
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
