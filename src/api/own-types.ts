import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IResolvers } from '@graphql-tools/utils'
import { extendSchema, type GraphQLFieldResolver, type GraphQLSchema, isObjectType, parse } from 'graphql'
import { bug } from '../errors.ts'
import type { ApiContext } from './context.ts'
import { withinPage } from './within-page.ts'

type FieldResolver = GraphQLFieldResolver<unknown, ApiContext, Record<string, unknown>>

const DEFINITIONS = ['commands.graphql', 'explanation.graphql']

/**
 * The schema with the types that no node stands behind, answered by us alone: the library would take them for nodes or
 * refuse them. A list with a `limit` is cut by it, as everywhere.
 */
export function withOwnTypes(
  schema: GraphQLSchema,
  resolvers: readonly IResolvers<unknown, ApiContext>[],
): GraphQLSchema {
  const known = new Set(Object.keys(schema.getTypeMap()))
  const text = DEFINITIONS.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8')).join('\n')
  const extended = extendSchema(schema, parse(text))
  for (const type of Object.values(extended.getTypeMap())) {
    if (known.has(type.name) || !isObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      if (field.args.some(({ name }) => name === 'limit')) field.resolve = cutList
    }
  }
  for (const [name, fields] of resolvers.flatMap((own) => Object.entries(own))) {
    const type = extended.getType(name)
    for (const [field, resolve] of Object.entries(fields)) {
      const declared = isObjectType(type) ? type.getFields()[field] : undefined
      ;(declared ?? bug(`no field ${name}.${field} to resolve`)).resolve = resolve as FieldResolver
    }
  }
  return extended
}

const cutList: FieldResolver = (source, { limit }, _, { fieldName }) => {
  const list = (source as Readonly<Record<string, readonly unknown[]>>)[fieldName]
  return list?.slice(0, withinPage(limit as number))
}
