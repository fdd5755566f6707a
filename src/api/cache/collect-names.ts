import { MapperKind, mapSchema } from '@graphql-tools/utils'
import { defaultFieldResolver, type GraphQLFieldConfig, type GraphQLSchema } from 'graphql'
import type { Policy } from '../../identity/policy.ts'
import type { ApiContext } from '../context.ts'
import { customerIdOf, readingsOf } from '../readings.ts'
import { NAMING } from './tag-document.ts'
import type { Tracking } from './tracking.ts'

type Config = GraphQLFieldConfig<unknown, ApiContext>
type Arguments = Readonly<Record<string, unknown>>

/**
 * The schema whose fields tell the tracking of a question, if it has one, what its answer holds: as the graph names it,
 * so it must be inside of whatever masks values.
 */
export function collectingNames(schema: GraphQLSchema, policy: Policy): GraphQLSchema {
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config: Config, field, type) => {
      if (NAMING[type] === field) return heardBy(config)
      if (type !== 'Query') return undefined
      if (field === 'customer' || field === 'whatBecameOf') return expecting(config, ({ id }) => namesById(id))
      if (field === 'identifier') return expecting(config, (args) => namesByValue(args, policy))
      return undefined
    },
  })
}

function heardBy(config: Config): Config {
  const { resolve = defaultFieldResolver } = config
  return {
    ...config,
    resolve(source, args, context, info) {
      const name: unknown = resolve(source, args, context, info)
      if (typeof name === 'string') context.tracking?.add(name)
      return name
    },
  }
}

function expecting(config: Config, namesOf: (args: Arguments) => readonly string[]): Config {
  const { resolve = defaultFieldResolver } = config
  const expect = (tracking: Tracking | undefined, args: Arguments) => tracking?.expectOne(namesOf(args))
  return {
    ...config,
    resolve(source, args, context, info) {
      expect(context.tracking, args)
      return resolve(source, args, context, info)
    },
  }
}

/** An id given up leads on by what became of others. */
function namesById(id: unknown): readonly string[] {
  const read = customerIdOf(String(id))
  return read === undefined ? [] : [read]
}

/** The first of its readings that was observed is the answer; an account not written as its key may be of any scope. */
function namesByValue({ kind, value }: Arguments, policy: Policy): readonly string[] {
  const readings = readingsOf(String(kind), String(value), { policy, scopes: [] })
  if (typeof readings === 'string') return []
  const keys = readings.map(({ key }) => key as string)
  const isAccount = policy.kinds[String(kind)]?.account === true
  return isAccount ? keys.filter((key) => key === `${kind}:${String(value).trim()}`) : keys
}
