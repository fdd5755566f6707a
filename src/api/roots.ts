import type { IResolvers } from '@graphql-tools/utils'
import type { GraphQLResolveInfo } from 'graphql'
import { int } from '../graph/graph.ts'
import type { CustomerId, IdentifierKey, Status } from '../identity/types.ts'
import { badInput } from './bad-input.ts'
import type { ApiContext } from './context.ts'
import type { Delegated, LookUp } from './delegate.ts'
import { type Finding, findIdentifier, identifyText } from './find-identifiers.ts'
import { fateOf } from './former-customer.ts'
import { nameQuery } from './name-query.ts'
import { barePaste, customerIdOf } from './readings.ts'
import type { SealedKeys } from './sealed-keys.ts'
import { withinPage } from './within-page.ts'

interface At {
  readonly context: ApiContext
  readonly info: GraphQLResolveInfo
}
interface Several {
  readonly __typename: 'SeveralCustomers'
  readonly formerId: CustomerId
  readonly ids: readonly CustomerId[]
}
interface DeadEnd {
  readonly __typename: 'DeadEnd'
  readonly formerId: CustomerId
  readonly key: IdentifierKey
  readonly status: Status
}

export interface ResolverOptions extends Finding {
  readonly lookUp: LookUp
  readonly sealedKeys: SealedKeys
}

/** Customers may be absorbed while a question is under way; so often an id is followed on. */
const MOST_HOPS = 4

/** The resolvers that are ours: the roots that read what a person typed, and what they answer with besides nodes. */
export function createResolvers({ lookUp, sealedKeys, ...finding }: ResolverOptions): IResolvers<unknown, ApiContext> {
  const { graph } = finding

  async function whatBecameOf(id: CustomerId, at: At, hops = MOST_HOPS): Promise<Delegated | Several | DeadEnd | null> {
    const [customer] = await lookUp('customersById', [id], at)
    if (customer !== undefined) return customer
    const fate = hops > 0 ? await fateOf(id, graph) : undefined
    if (fate === undefined) return null
    if (fate.type === 'identifier') return { __typename: 'DeadEnd', formerId: id, key: fate.key, status: fate.status }
    const [only, ...others] = fate.ids
    if (only !== undefined && others.length === 0) return await whatBecameOf(only, at, hops - 1)
    return { __typename: 'SeveralCustomers', formerId: id, ids: fate.ids }
  }

  async function customer(id: CustomerId, at: At, hops = MOST_HOPS): Promise<Delegated | null> {
    const [found] = await lookUp('customersById', [id], at)
    if (found !== undefined) return found
    const fate = hops > 0 ? await fateOf(id, graph) : undefined
    const [only, ...others] = fate?.type === 'customers' ? fate.ids : []
    return only === undefined || others.length > 0 ? null : await customer(only, at, hops - 1)
  }

  async function anchorsOf(id: CustomerId): Promise<IdentifierKey[]> {
    const fate = await fateOf(id, graph)
    if (fate?.type === 'identifier') return [fate.key]
    const rows = await graph.read<{ anchor: IdentifierKey }>('read/customer-anchors', { ids: fate?.ids ?? [id] })
    return rows.map(({ anchor }) => anchor)
  }

  const one = async (root: Parameters<LookUp>[0], name: string, at: At) => (await lookUp(root, [name], at))[0] ?? null

  return {
    Query: {
      customer: (_, { id }, context, info) => customer(readId(id), { context, info }),
      whatBecameOf: (_, { id }, context, info) => whatBecameOf(readId(id), { context, info }),
      identifier: async (_, { kind, value }, context, info) => {
        const key = await findIdentifier(kind, value, finding)
        return key === undefined ? null : await one('identifiersByKey', key, { context, info })
      },
      customersByName: async (_, { name, first }, context, info) => {
        const query = nameQuery(name)
        if (query === undefined) throw badInput('the name holds no word', 'write at least one word of it')
        const limit = int(withinPage(first))
        const rows = await graph.read<{ id: CustomerId }>('read/customers-named', { query, limit })
        return await lookUp(
          'customersInOrder',
          rows.map(({ id }) => id),
          { context, info },
        )
      },
      identify: async (_, { anything }, context, info) => {
        const text = sealedKeys.open(barePaste(anything))
        const id = customerIdOf(text)
        const anchors = id === undefined ? [] : await anchorsOf(id)
        const keys = anchors.length > 0 ? anchors : await identifyText(text, finding)
        return await lookUp('identifiersByKey', keys, { context, info })
      },
    },
    WhatBecame: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    SeveralCustomers: {
      former: ({ formerId }: Several, _, context, info) => one('formerCustomersById', formerId, { context, info }),
      count: ({ ids }: Several) => ids.length,
      customers: ({ ids }: Several, { limit, after }, context, info) => {
        const page = ids.filter((id) => id > (after ?? '')).slice(0, withinPage(limit))
        return lookUp('customersById', page, { context, info })
      },
    },
    DeadEnd: {
      former: ({ formerId }: DeadEnd, _, context, info) => one('formerCustomersById', formerId, { context, info }),
      identifier: ({ key }: DeadEnd, _, context, info) => one('identifiersByKey', key, { context, info }),
      status: ({ status }: DeadEnd) => status,
    },
  }
}

function readId(text: string): CustomerId {
  const id = customerIdOf(text)
  if (id === undefined) {
    throw badInput(
      'this is no id of a customer',
      'an id is c_ and 26 letters and digits; to look for anything else: identify',
    )
  }
  return id
}
