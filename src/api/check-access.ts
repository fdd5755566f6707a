import type { ApolloServerPlugin } from '@apollo/server'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  type NamedTypeNode,
  type OperationDefinitionNode,
  TypeInfo,
  type TypeNode,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { grantOf } from './access.ts'
import type { Role } from './caller.ts'
import type { ApiContext } from './context.ts'
import type { SealedKeys } from './sealed-keys.ts'

/**
 * Before a question is carried out: everything it asks for is granted to who asks, or nothing of it is answered. Also
 * opens the sealed keys it brings, in what is of type ID alone: of other types an error would quote the value.
 */
export function checkAccess(sealedKeys: SealedKeys): ApolloServerPlugin<ApiContext> {
  // Apollo keeps the document of a text: a question that comes again has been looked at.
  const looked = new WeakMap<DocumentNode, Map<Role, readonly string[]>>()
  const refusedIn = (document: DocumentNode, asking: { schema: GraphQLSchema; role: Role }): readonly string[] => {
    const byRole = looked.get(document) ?? new Map<Role, readonly string[]>()
    if (!looked.has(document)) openLiterals(document, asking.schema, sealedKeys)
    looked.set(document, byRole)
    const refused = byRole.get(asking.role) ?? forbidden(document, asking)
    byRole.set(asking.role, refused)
    return refused
  }
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        const refused = refusedIn(document, { schema, role: contextValue.caller.role })
        if (refused.length > 0) throw refusal(refused)
        const { variables } = request
        if (variables !== undefined) openVariables(operation, variables, { schema, keys: sealedKeys })
      },
    }),
  }
}

/** The fields and arguments of a valid document that a role may not ask for, fragments included, as `Type.field`. */
function forbidden(document: DocumentNode, { schema, role }: { schema: GraphQLSchema; role: Role }): readonly string[] {
  const refused = new Set<string>()
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        const type = types.getParentType()?.name ?? ''
        const field = node.name.value
        // What the schema says of itself is told or not by Apollo.
        if (field.startsWith('__') || type.startsWith('__')) return
        if (grantOf(role, type, field) === undefined) refused.add(`${type}.${field}`)
        for (const { name } of node.arguments ?? []) {
          if (grantOf(role, type, field, name.value) === undefined) refused.add(`${type}.${field}(${name.value})`)
        }
      },
    }),
  )
  return [...refused]
}

const MOST_NAMED = 10

function refusal(refused: readonly string[]): GraphQLError {
  const named = refused.slice(0, MOST_NAMED).join(', ')
  return new GraphQLError(`your role may not ask for ${named}${refused.length > MOST_NAMED ? ' and others' : ''}`, {
    extensions: {
      code: 'FORBIDDEN',
      remedy: 'leave it out, or sign in with a role that may',
      http: { status: 403 },
    },
  })
}

function openLiterals(document: DocumentNode, schema: GraphQLSchema, keys: SealedKeys): void {
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      StringValue(node) {
        if (getNamedType(types.getInputType())?.name !== 'ID')
          return // In place: the parsed question is kept by its text, and a sealed key means the same each time.
        ;(node as { value: string }).value = keys.open(node.value)
      },
    }),
  )
}

function openVariables(
  operation: OperationDefinitionNode | undefined,
  variables: Record<string, unknown>,
  { schema, keys }: { schema: GraphQLSchema; keys: SealedKeys },
): void {
  for (const { variable, type: written } of operation?.variableDefinitions ?? []) {
    const type = typeOf(schema, written)
    const { value: name } = variable.name
    if (type !== undefined && Object.hasOwn(variables, name)) variables[name] = opened(variables[name], type, keys)
  }
}

function typeOf(schema: GraphQLSchema, written: TypeNode): GraphQLInputType | undefined {
  // Of a valid question, whose variables have input types.
  return typeFromAST(schema, written as NamedTypeNode) as GraphQLInputType | undefined
}

/** A value as a client sent it, which nobody has checked against its type yet. */
function opened(value: unknown, type: GraphQLInputType, keys: SealedKeys): unknown {
  if (Array.isArray(value)) return value.map((each) => opened(each, type, keys))
  const named = getNamedType(type)
  if (named.name === 'ID' && typeof value === 'string') return keys.open(value)
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return value
  const fields = named.getFields()
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      return [name, field === undefined ? each : opened(each, field.type, keys)]
    }),
  )
}
