import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, apiOver, id, SMALL_WORLD, SMALL_WORLD_IDS } from '../../test/api-under-test.ts'
import { ask } from '../../test/live.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS })
})
afterAll(async () => await api?.close())

const { a, b, d, e, s } = SMALL_WORLD_IDS

/** The data of an answer that must be without errors. */
async function data(query: string, variables: object = {}) {
  const answer = await api.ask(query, variables)
  expect(answer.errors).toBeUndefined()
  return answer.data
}

describe('customer(id)', () => {
  it('answers with the golden record, the identifiers, the records and the ids it took in', async () => {
    const { customer } = await data(
      `query ($id: ID!) { customer(id: $id) {
        id version size anchor name email phone birthday city street firstSeen lastSeen changedAt cause formerIds
        formerCustomers { id cause until version anchor held { key } }
        golden { field value from }
        identifiers { key kind value status firstSeen lastSeen sources }
        phones: identifiers(kind: phone) { value }
        records { key source sourceId observedAt name traits { name value observedAt } account { key } }
      } }`,
      { id: a },
    )
    expect(customer).toMatchObject({
      id: a,
      version: 3,
      size: 5,
      anchor: 'phone:+84912345671',
      name: 'Nguyễn Văn An',
      city: 'Huế',
      street: null,
      firstSeen: '2026-01-05T08:30:00.250Z',
      lastSeen: '2026-02-01',
      changedAt: '2026-02-01T10:00:00.000Z',
      cause: 'observed',
      formerIds: [b, s],
      golden: [
        { field: 'address.city', value: 'Huế', from: 'crm:1001' },
        { field: 'name', value: 'Nguyễn Văn An', from: 'crm:1001' },
      ],
      phones: [{ value: '+84912345671' }],
    })
    expect(customer.formerCustomers[0]).toEqual({
      id: b,
      cause: 'observed',
      until: '2026-01-20T00:00:00.000Z',
      version: 2,
      anchor: 'email:an@mail.vn',
      held: [{ key: 'email:an@mail.vn' }],
    })
    expect(customer.identifiers).toHaveLength(5)
    expect(customer.identifiers[0]).toEqual({
      key: 'crm_contact:crm:1001',
      kind: 'crm_contact',
      value: 'crm:1001',
      status: 'linking',
      firstSeen: '2026-01-05T08:30:00.250Z',
      lastSeen: '2026-02-01',
      sources: ['pos', 'web'],
    })
    expect(customer.records).toEqual([
      {
        key: 'crm:1001',
        source: 'crm',
        sourceId: '1001',
        observedAt: '2026-01-31T09:30:00.000Z',
        name: 'Nguyễn Văn An',
        traits: [
          { name: 'address.city', value: 'Huế', observedAt: '2026-01-31T09:30:00.001Z' },
          { name: 'name', value: 'Nguyễn Văn An', observedAt: '2026-01-31T09:30:00.000Z' },
        ],
        account: { key: 'crm_contact:crm:1001' },
      },
    ])
  })

  it('follows an id that was absorbed, and reads it in capitals', async () => {
    expect(await data('query ($id: ID!) { customer(id: $id) { id } }', { id: b })).toEqual({ customer: { id: a } })
    expect(await data('query ($id: ID!) { customer(id: $id) { id } }', { id: ` ${b.toUpperCase()} ` })).toEqual({
      customer: { id: a },
    })
  })

  it('is null for an id that leads to several, to none, or was never issued', async () => {
    for (const nobody of [s, d, id('9')]) {
      expect(await data('query ($id: ID!) { customer(id: $id) { id } }', { id: nobody })).toEqual({ customer: null })
    }
  })

  it('says what is wrong with an id that is none', async () => {
    const { errors } = await api.ask('{ customer(id: "0912 345 671") { id } }')
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', remedy: expect.stringContaining('identify') },
    })
  })
})

describe('whatBecameOf(id)', () => {
  const FATE = `query ($id: ID!) { whatBecameOf(id: $id) {
    __typename
    ... on Customer { customerId: id name identifiers(limit: 1) { key customer { id } } }
    ... on SeveralCustomers { count former { id until cause } customers { id name } second: customers(limit: 1, after: "${a}") { id } }
    ... on DeadEnd { status former { id version } identifier { key status customer { id } } }
  } }`

  it('is the customer, of an id in use and of one that was absorbed', async () => {
    const expected = {
      whatBecameOf: {
        __typename: 'Customer',
        customerId: a,
        name: 'Nguyễn Văn An',
        identifiers: [{ key: 'crm_contact:crm:1001', customer: { id: a } }],
      },
    }
    expect(await data(FATE, { id: a })).toEqual(expected)
    expect(await data(FATE, { id: b })).toEqual(expected)
  })

  it('is several customers where what it held is several today', async () => {
    expect(await data(FATE, { id: s })).toEqual({
      whatBecameOf: {
        __typename: 'SeveralCustomers',
        count: 2,
        former: { id: s, until: '2026-01-21T00:00:00.000Z', cause: 'shared' },
        customers: [
          { id: a, name: 'Nguyễn Văn An' },
          { id: e, name: 'An Nguyen' },
        ],
        second: [{ id: e }],
      },
    })
  })

  it('is a dead end where none of it is a customer', async () => {
    expect(await data(FATE, { id: d })).toEqual({
      whatBecameOf: {
        __typename: 'DeadEnd',
        status: 'unsupported',
        former: { id: d, version: 2 },
        identifier: { key: 'email:old@mail.vn', status: 'unsupported', customer: null },
      },
    })
  })

  it('is null for an id never issued', async () => {
    expect(await data(FATE, { id: id('9') })).toEqual({ whatBecameOf: null })
  })
})

describe('customers(first, after)', () => {
  it('pages by id', async () => {
    expect(await data('{ customers(first: 1) { id } }')).toEqual({ customers: [{ id: a }] })
    expect(await data('query ($after: ID) { customers(after: $after) { id } }', { after: a })).toEqual({
      customers: [{ id: e }],
    })
    expect(await data('query ($after: ID) { customers(after: $after) { id } }', { after: e })).toEqual({
      customers: [],
    })
    expect(await data('{ customers(first: -1) { id } }')).toEqual({ customers: [] })
  })
})

describe('customersByName(name)', () => {
  it('finds names by words, without their accents, the best first; nothing typed is a command', async () => {
    await ask(api.graph, 'CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()')
    const named = async (name: string) =>
      (await data('query ($name: String!) { customersByName(name: $name) { id } }', { name })).customersByName
    expect(await named('nguyen')).toHaveLength(2)
    expect(await named('VAN, nguyễn')).toEqual([{ id: a }])
    expect(await named('nguyen AND "OR" *:*')).toEqual([])
    expect(await named('ÁN')).toHaveLength(2)
    expect(await named('nobody')).toEqual([])
    const { errors } = await api.ask('{ customersByName(name: " *~ ") { id } }')
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })
})
