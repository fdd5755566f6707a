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
import { ASKED, createLearnedStatements } from './learned-statements.ts'

/** Objects of the library as its resolvers return them, opaque to ours. */
export type Delegated = object

/** The internal roots, see `internal-roots.graphql`: the type each answers with, its name there, and the argument. */
const ROOTS = {
  customersById: { type: 'Customer', name: 'id', argument: 'ids' },
  customersInOrder: { type: 'Customer', name: 'id', argument: 'ids' },
  identifiersByKey: { type: 'Identifier', name: 'key', argument: 'keys' },
  formerCustomersById: { type: 'FormerCustomer', name: 'id', argument: 'ids' },
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
    const { executionContext: alone, sharedReader: together, signal } = context
    const learned = learnedAt(info)
    const known = learned?.ask({ alone, together, signal }, names)
    if (known !== undefined) return await known
    const { type, name, argument } = ROOTS[root]
    const found: unknown = await delegateToSchema({
      schema: inner(),
      operation: OperationTypeNode.QUERY,
      fieldName: root,
      args: { [argument]: names },
      returnType: new GraphQLList(outputType(info.schema, type)),
      context: { ...context, executionContext: learned?.learning(alone, names) ?? alone },
      info,
      selectionSet: selectionOf(info, learned && name),
    })
    if (found instanceof Error) throw found
    return Array.isArray(found) ? found : []
  }
}

/**
 * What is selected, and beside it the name, where a statement is learned that tells several apart by it. Under a union
 * the selection may hold nothing for this type, and a question without fields is none.
 */
function selectionOf({ fieldNodes, returnType }: GraphQLResolveInfo, name: string | undefined): SelectionSetNode {
  const selections = fieldNodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? [])
  const asked = name === undefined ? [] : [{ ...field(name), alias: { kind: Kind.NAME, value: ASKED } as const }]
  const type = isAbstractType(getNamedType(returnType)) ? [field('__typename')] : []
  return { kind: Kind.SELECTION_SET, selections: [...type, ...asked, ...selections] }
}

function field(name: string) {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } } as const
}

function outputType(schema: GraphQLSchema, name: string): GraphQLNamedOutputType {
  return (schema.getType(name) ?? bug(`no type ${name} in the schema`)) as GraphQLNamedOutputType
}
