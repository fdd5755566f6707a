import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, apiOver } from '../../test/api-under-test.ts'
import { rules, shippedPolicy } from '../../test/live.ts'
import { type ObservationMessage, toObservation } from '../identity/observation.ts'
import type { IdentifierKey, Observation } from '../identity/types.ts'
import { createResolver } from '../resolver/resolver.ts'
import type { Resolver } from '../resolver/resolver-types.ts'

const policy = shippedPolicy()
const now = Date.parse('2026-03-01T00:00:00Z')

let api: ApiUnderTest
let resolver: Resolver
beforeAll(async () => {
  api = await apiOver(async (graph) => {
    resolver = createResolver({ graph, rules: rules(policy), now: () => now })
    await resolver.apply({
      observations: [seen('2026-01-01', 'email', 'An@mail.vn'), seen('2026-01-02', 'phone', '0912 345 671')],
    })
  })
})
afterAll(async () => await api?.close())

function observed(message: Omit<ObservationMessage, 'messageId'>): Observation {
  const understood = toObservation({ messageId: crypto.randomUUID(), ...message }, { policy, recordedAt: now, now })
  if (understood.kind !== 'understood') throw new Error(understood.reason)
  return understood.observation
}

const seen = (day: string, kind: string, value: string) =>
  observed({ source: 'web', type: 'identify', observedAt: `${day}T08:00:00Z`, identifiers: [{ kind, value }] })

const block = (identifier: string, at: number) =>
  ({
    decision: 'override',
    verdict: 'block',
    identifier: identifier as IdentifierKey,
    id: `o${at}`,
    at: now + at,
    by: 'steward',
    reason: 'test',
  }) as const

async function data(query: string, variables: object = {}) {
  const answer = await api.ask(query, variables)
  expect(answer.errors).toBeUndefined()
  return answer.data
}

const idOf = async (text: string): Promise<string | undefined> =>
  (await data('query ($t: String!) { identify(anything: $t) { customer { id } } }', { t: text })).identify[0]?.customer
    ?.id

const FATE = `query ($id: ID!) { customer(id: $id) { id } whatBecameOf(id: $id) { __typename
  ... on DeadEnd { status identifier { key } former { cause until } } } }`

describe('what the resolver writes, the API reads', () => {
  it('two customers become one, and go apart again; every id ever issued leads somewhere', async () => {
    const [older, younger] = [await idOf('an@mail.vn'), await idOf('0912345671')]
    expect(new Set([older, younger, undefined]).size).toBe(3)

    const contact = observed({
      source: 'crm',
      type: 'record',
      observedAt: '2026-01-03T08:00:00Z',
      identifiers: [
        { kind: 'email', value: 'an@mail.vn' },
        { kind: 'phone', value: '+84912345671' },
      ],
      record: { id: '1001', traits: { name: 'Nguyễn Văn An', birthday: '1990-02-14', address: { city: 'Huế' } } },
    })
    await resolver.apply({ observations: [contact] })
    const { customer } = await data(
      `query ($id: ID!) { customer(id: $id) { id name city email size anchor firstSeen lastSeen changedAt cause formerIds golden { field value from }
        identifiers { key status sources observed { neighbour { key } firstSeen lastSeen sources refused } }
        records { key source sourceId observedAt name city account { key } traits { name value observedAt } } } }`,
      { id: younger },
    )
    expect(customer).toMatchObject({
      id: older,
      name: 'Nguyễn Văn An',
      city: 'Huế',
      email: 'an@mail.vn',
      size: 3,
      anchor: 'email:an@mail.vn',
      firstSeen: '2026-01-01T08:00:00.000Z',
      lastSeen: '2026-01-03',
      changedAt: '2026-03-01T00:00:00.000Z',
      formerIds: [younger],
      records: [
        {
          key: 'crm:1001',
          source: 'crm',
          sourceId: '1001',
          observedAt: '2026-01-03T08:00:00.000Z',
          city: 'Huế',
          account: { key: 'crm_contact:crm:1001' },
        },
      ],
    })
    expect(customer.golden).toContainEqual({ field: 'address.city', value: 'Huế', from: 'crm:1001' })
    expect(customer.golden).toContainEqual({ field: 'email', value: 'an@mail.vn', from: 'email:an@mail.vn' })
    expect(customer.records[0].traits).toContainEqual({
      name: 'birthday',
      value: '1990-02-14',
      observedAt: '2026-01-03T08:00:00.000Z',
    })
    expect(customer.identifiers[0]).toMatchObject({ key: 'crm_contact:crm:1001', status: 'linking', sources: ['crm'] })
    expect(customer.identifiers[0].observed[0]).toEqual({
      neighbour: { key: 'email:an@mail.vn' },
      firstSeen: '2026-01-03T08:00:00.000Z',
      lastSeen: '2026-01-03',
      sources: ['crm'],
      refused: false,
    })

    await resolver.apply({ observations: [], decisions: [block('email:an@mail.vn', 1)] })
    expect(await data(FATE, { id: older })).toEqual({
      customer: { id: younger },
      whatBecameOf: { __typename: 'Customer' },
    })

    await resolver.apply({
      observations: [],
      decisions: [block('phone:+84912345671', 2), block('crm_contact:crm:1001', 3)],
    })
    expect(await data(FATE, { id: older })).toMatchObject({
      customer: null,
      whatBecameOf: {
        __typename: 'DeadEnd',
        status: 'blocked',
        identifier: { key: 'email:an@mail.vn' },
        former: { until: '2026-03-01T00:00:00.000Z' },
      },
    })
  })
})
