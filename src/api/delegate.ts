import { delegateToSchema } from '@graphql-tools/delegate'
import {
  GraphQLList,
  type GraphQLNamedOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql'
import { bug } from '../errors.ts'
import type { ApiContext } from './context.ts'
import { createLearnedStatements } from './learned-statements.ts'

/** Objects of the library as its resolvers return them, opaque to ours. */
export type Delegated = object

/** The internal roots, see `internal-roots.graphql`: the type each answers with, and its argument. */
const ROOTS = {
  customersById: { type: 'Customer', argument: 'ids' },
  customersInOrder: { type: 'Customer', argument: 'ids' },
  identifiersByKey: { type: 'Identifier', argument: 'keys' },
  formerCustomersById: { type: 'FormerCustomer', argument: 'ids' },
} as const
type InternalRoot = keyof typeof ROOTS
export const INTERNAL_ROOTS = Object.keys(ROOTS)

/** Objects of the library by their ids or keys, with all that the field under way selects below them. */
export type LookUp = (
  root: InternalRoot,
  names: readonly string[],
  at: { readonly context: ApiContext; readonly info: GraphQLResolveInfo },
) => Promise<readonly Delegated[]>

/** `inner`: the schema with the internal roots; it is made after the resolvers that look up in it. */
export function createLookUp(inner: () => GraphQLSchema): LookUp {
  const learnedAt = createLearnedStatements()
  return async (root, names, { context, info }) => {
    if (names.length === 0) return []
    const reader = context.executionContext
    const learned = learnedAt(info)
    const known = learned?.ask(reader, names)
    if (known !== undefined) return await known
    const { type, argument } = ROOTS[root]
    const found: unknown = await delegateToSchema({
      schema: inner(),
      operation: OperationTypeNode.QUERY,
      fieldName: root,
      args: { [argument]: names },
      returnType: new GraphQLList(outputType(info.schema, type)),
      context: { ...context, executionContext: learned?.learning(reader, names) ?? reader },
      info,
      ...selectionOf(info),
    })
    if (found instanceof Error) throw found
    return Array.isArray(found) ? found : []
  }
}

/** Under a union the selection may hold nothing for this type, and a question without fields is none. */
function selectionOf({ fieldNodes, returnType }: GraphQLResolveInfo): { selectionSet?: SelectionSetNode } {
  if (!isAbstractType(getNamedType(returnType))) return {}
  const selections = fieldNodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? [])
  return { selectionSet: { kind: Kind.SELECTION_SET, selections: [TYPENAME, ...selections] } }
}

const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const

function outputType(schema: GraphQLSchema, name: string): GraphQLNamedOutputType {
  return (schema.getType(name) ?? bug(`no type ${name} in the schema`)) as GraphQLNamedOutputType
}
