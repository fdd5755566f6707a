import { MapperKind, mapSchema } from '@graphql-tools/utils'
import { defaultFieldResolver, GraphQLError, type GraphQLFieldConfig, type GraphQLSchema } from 'graphql'
import { type Grant, grantOf } from './access.ts'
import type { ApiContext } from './context.ts'
import { masked } from './mask.ts'
import type { SealedKeys } from './sealed-keys.ts'

type Field = GraphQLFieldConfig<unknown, ApiContext>

/**
 * The schema with every field answering as who asks may see it, wherever it stands in an answer, under whatever name.
 * What is not granted was refused before; here it is an error, should anything ever come past that.
 */
export function maskFields(schema: GraphQLSchema, sealedKeys: SealedKeys): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: Field, name, type) =>
      type.startsWith('__') ? undefined : { ...field, resolve: resolverFor(field, { type, name, sealedKeys }) },
  })
}

function resolverFor(
  { resolve = defaultFieldResolver }: Field,
  { type, name, sealedKeys }: { type: string; name: string; sealedKeys: SealedKeys },
): NonNullable<Field['resolve']> {
  return (source, args, context, info) => {
    const grant = grantOf(context.caller.role, type, name)
    if (grant === undefined) throw new GraphQLError('not granted', { extensions: { code: 'FORBIDDEN' } })
    const value: unknown = resolve(source, args, context, info)
    if (grant === 'open') return value
    return value instanceof Promise
      ? value.then((each) => shown(each, grant, sealedKeys))
      : shown(value, grant, sealedKeys)
  }
}

/** Anything but text is not shown at all: who masks a field means that it is text, or a list of it. */
function shown(value: unknown, grant: Grant, keys: SealedKeys): unknown {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map((each) => shown(each, grant, keys))
  if (typeof value !== 'string') return null
  return grant === 'sealed' ? keys.seal(value) : masked(value)
}
