import {
  type FieldNode,
  type GraphQLResolveInfo,
  getNamedType,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Reader } from './reader.ts'

/** A statement that the library wrote for a field, and the parameter that the names of what is looked up go into. */
interface Statement {
  readonly query: string
  readonly params: Readonly<Record<string, unknown>>
  readonly names: string
}

/** The statement of one field of one operation. */
export interface Learned {
  /** Objects of these names as the library projects them; undefined before anything was learned. */
  ask(reader: Reader, names: readonly string[]): Promise<readonly object[]> | undefined
  /** A reader that learns the statement that is sent through it for these names. */
  learning(reader: Reader, names: readonly string[]): Reader
}

interface Field {
  /** Those that it takes below it. */
  readonly variables: readonly string[]
  readonly statements: LRUCache<string, Statement>
}

/** Of one field, by the values of the variables below it. */
const MOST_STATEMENTS = 50

/**
 * The library translates a question into Cypher anew each time, which takes longer than all the rest. But a field of an
 * operation, with the same variables below it, is the same statement whatever it is about: that is learned the first
 * time and sent from then on. What comes back is what the library's own roots return. Undefined of what is not so plain:
 * a field that is selected in several parts, a union.
 */
export function createLearnedStatements(): (info: GraphQLResolveInfo) => Learned | undefined {
  // Apollo keeps the document of a text, so the operations of questions that come again are the same ones.
  const operations = new WeakMap<OperationDefinitionNode, WeakMap<FieldNode, Field>>()

  // By its node: fields of one place in the answer may be of several types.
  function fieldOf(info: GraphQLResolveInfo, node: FieldNode): Field {
    const fields = operations.get(info.operation) ?? new WeakMap<FieldNode, Field>()
    operations.set(info.operation, fields)
    const field = fields.get(node) ?? {
      variables: variablesBelow(info),
      statements: new LRUCache<string, Statement>({ max: MOST_STATEMENTS }),
    }
    fields.set(node, field)
    return field
  }

  return (info) => {
    const [node, ...others] = info.fieldNodes
    if (node === undefined || others.length > 0 || isAbstractType(getNamedType(info.returnType))) return undefined
    const { variables, statements } = fieldOf(info, node)
    const key = JSON.stringify(variables.map((name) => info.variableValues[name]))
    return {
      ask(reader, names) {
        const statement = statements.get(key)
        return statement && send(statement, reader, names)
      },
      learning: (reader, names) => ({
        async run(query, params = {}) {
          const result = await reader.run(query, params)
          const [parameter, ...others] = Object.entries(params).filter(([, value]) => isList(value, names))
          if (parameter !== undefined && others.length === 0) {
            statements.set(key, { query, params: { ...params }, names: parameter[0] })
          }
          return result
        },
      }),
    }
  }
}

async function send({ query, params, names: name }: Statement, reader: Reader, names: readonly string[]) {
  const { records } = await reader.run(query, { ...params, [name]: names })
  return records.map((record) => record.get(0) as object)
}

/** Of all fragments too, whether or not the field spreads them. */
function variablesBelow({ fieldNodes: [field], fragments }: GraphQLResolveInfo): readonly string[] {
  const names = new Set<string>()
  for (const node of [field?.selectionSet, ...Object.values(fragments)]) {
    if (node !== undefined) visit(node, { [Kind.VARIABLE]: ({ name }) => void names.add(name.value) })
  }
  return [...names].sort()
}

function isList(value: unknown, names: readonly string[]): boolean {
  return Array.isArray(value) && value.length === names.length && names.every((name, place) => value[place] === name)
}
