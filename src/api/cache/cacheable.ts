import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Lifetime } from './tracking.ts'

type Fields = Readonly<Record<string, readonly string[]>>

/**
 * Fields that say nothing but what a change of the customers, identifiers and records in the answer is told of. What
 * is not listed here or below is not remembered: a field that is new must be thought about.
 */
export const TRACKED: Fields = {
  Query: ['customer', 'whatBecameOf', 'identifier'],
  Customer: [
    ...[
      'id',
      'version',
      'size',
      'anchor',
      'firstSeen',
      'lastSeen',
      'changedAt',
      'cause',
      'name',
      'firstName',
      'lastName',
    ],
    ...['email', 'phone', 'birthday', 'gender', 'street', 'city', 'state', 'postalCode', 'country', 'golden'],
    ...['identifiers', 'records'],
  ],
  GoldenField: ['field', 'value', 'from'],
  Identifier: [
    ...['key', 'kind', 'value', 'status', 'firstSeen', 'lastSeen', 'sources', 'customer', 'records', 'observedCount'],
    ...['observed', 'scored', 'asserted'],
  ],
  Observed: ['neighbour', 'firstSeen', 'lastSeen', 'sources', 'refused'],
  Scored: ['neighbour', 'probability', 'weight', 'model', 'refused'],
  Asserted: ['neighbour', 'verdict', 'id', 'by', 'at', 'reason', 'refused'],
  Record: [
    ...['key', 'source', 'sourceId', 'account', 'observedAt', 'name', 'firstName', 'lastName', 'email', 'phone'],
    ...['birthday', 'gender', 'street', 'city', 'state', 'postalCode', 'country', 'traits'],
  ],
  Trait: ['name', 'value', 'observedAt'],
}

/** Fields whose answer may change by what others are given or give up: remembered for less than a second. */
export const BRIEF: Fields = {
  Query: ['customers', 'identify'],
  Customer: ['formerIds', 'formerCustomers'],
  SeveralCustomers: ['former', 'count', 'customers'],
  DeadEnd: ['former', 'identifier', 'status'],
  FormerCustomer: ['id', 'version', 'anchor', 'cause', 'until', 'held'],
}

/** How long the answer to an operation may be remembered; undefined: not at all. */
export function lifetimeOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): Lifetime | undefined {
  if (operation.operation !== 'query') return undefined
  let lifetime: Lifetime | undefined = 'tracked'
  const types = new TypeInfo(schema)
  // Other operations and fragments of the document too: where one is not to be remembered, none is.
  visit(
    document,
    visitWithTypeInfo(types, {
      [Kind.FIELD]: ({ name: { value: field } }) => {
        const type = types.getParentType()?.name ?? ''
        if (field === '__typename' || TRACKED[type]?.includes(field)) return
        lifetime = lifetime !== undefined && BRIEF[type]?.includes(field) ? 'brief' : undefined
      },
    }),
  )
  return lifetime
}
