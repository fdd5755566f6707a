import { availableParallelism } from 'node:os'
import {
  type FieldNode,
  type GraphQLResolveInfo,
  getNamedType,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  type VariableNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { gather } from '../gather.ts'
import { heals, translate } from '../graph/errors.ts'
import type { Reader } from './reader.ts'

/** A statement that the library wrote for a field, and the parameter that the names of what is looked up go into. */
interface Statement {
  readonly query: string
  readonly params: Readonly<Record<string, unknown>>
  readonly names: string
}

/** One thing of several that are looked up by the same statement at the same time, for whoever asks. */
interface Asked {
  readonly name: string
  readonly readers: Readers
}

/** How whoever asks may read: alone, given up when they are gone, or together with others. */
export interface Readers {
  readonly alone: Reader
  readonly together: Reader
  /** Aborted when they are gone. */
  readonly signal?: AbortSignal | undefined
}

type Rows = readonly object[]

interface Known {
  readonly statement: Statement
  readonly askOne: (asked: Asked) => Promise<Rows>
}

/** Under this name each object says by which name it was looked up. */
export const ASKED = 'selfsame_asked'

/** The statement of one field of one operation. */
export interface Learned {
  /** Objects of these names as the library projects them; undefined before anything was learned. */
  ask(readers: Readers, names: readonly string[]): Promise<Rows> | undefined
  /** A reader that learns the statement that is sent through it for these names. */
  learning(reader: Reader, names: readonly string[]): Reader
}

interface Field {
  /** Those that it takes below it. */
  readonly variables: readonly string[]
  /** Whether it calls something by the name that is ours. */
  readonly takesName: boolean
  readonly statements: LRUCache<string, Known>
}

/** Of one field, by the values of the variables below it. */
const MOST_STATEMENTS = 50
/** Names in one statement: few, since all wait for the slowest. */
const MOST_TOGETHER = 8
/** Of one statement, under way at once. Neo4j may have more cores than we have here, and hardly has fewer. */
const AT_ONCE = Math.max(2, availableParallelism())

/**
 * The library translates a question into Cypher anew each time, which takes longer than all the rest. But a field of an
 * operation, with the same variables below it, is the same statement whatever it is about: that is learned the first
 * time and sent from then on. What comes back is what the library's own roots return. What is asked while others wait
 * for the same statement goes with what else is asked meanwhile: a statement costs the store and us more than what it
 * reads. Undefined of what is not so plain: a field that is selected in several parts, a union, what takes our name.
 */
export function createLearnedStatements(): (info: GraphQLResolveInfo) => Learned | undefined {
  // Apollo keeps the document of a text, so the operations of questions that come again are the same ones.
  const operations = new WeakMap<OperationDefinitionNode, WeakMap<FieldNode, Field>>()

  // By its node: fields of one place in the answer may be of several types.
  function fieldOf(info: GraphQLResolveInfo, node: FieldNode): Field {
    const fields = operations.get(info.operation) ?? new WeakMap<FieldNode, Field>()
    operations.set(info.operation, fields)
    const field = fields.get(node) ?? {
      variables: namesBelow(info, Kind.VARIABLE),
      takesName: namesBelow(info, Kind.FIELD).includes(ASKED),
      statements: new LRUCache<string, Known>({ max: MOST_STATEMENTS }),
    }
    fields.set(node, field)
    return field
  }

  return (info) => {
    const [node, ...others] = info.fieldNodes
    if (node === undefined || others.length > 0 || isAbstractType(getNamedType(info.returnType))) return undefined
    const { variables, takesName, statements } = fieldOf(info, node)
    if (takesName) return undefined
    const key = JSON.stringify(variables.map((name) => info.variableValues[name]))
    return {
      ask(readers, names) {
        const known = statements.get(key)
        const [name, another] = names
        if (known === undefined || name === undefined) return undefined
        if (another !== undefined) return send(known.statement, readers.alone, names)
        return known.askOne({ name, readers })
      },
      learning: (reader, names) => ({
        async run(query, params = {}) {
          const result = await reader.run(query, params)
          const [parameter, ...others] = Object.entries(params).filter(([, value]) => isList(value, names))
          if (parameter !== undefined && others.length === 0) {
            statements.set(key, knownBy({ query, params: { ...params }, names: parameter[0] }))
          }
          return result
        },
      }),
    }
  }
}

function knownBy(statement: Statement): Known {
  const work = (asked: readonly Asked[]) => sendTogether(statement, asked)
  return { statement, askOne: gather<Asked, Rows>({ work, atOnce: AT_ONCE, most: MOST_TOGETHER }) }
}

/** The rows of each in turn. Where it fails, or takes too long, each is asked for alone: it may be for one of them. */
async function sendTogether(statement: Statement, asked: readonly Asked[]): Promise<readonly (Rows | Promise<Rows>)[]> {
  // They may have waited for others, longer than some have.
  const here = asked.filter(({ readers: { signal } }) => signal?.aborted !== true)
  const [first, another] = here
  if (first === undefined || another === undefined) return await eachAlone(statement, asked)
  const names = [...new Set(here.map(({ name }) => name))]
  try {
    const found = await send(statement, first.readers.together, names)
    const rows = Map.groupBy(found as readonly { readonly [ASKED]: string }[], (row) => row[ASKED])
    // Nothing was read for who is gone: that is not the same as nothing found, which may be remembered.
    return asked.map((one) => (here.includes(one) ? (rows.get(one.name) ?? []) : askAlone(statement, one)))
  } catch (error) {
    if (heals(translate(error))) throw error
    return await eachAlone(statement, asked)
  }
}

/** Who is gone is told so at once. */
async function eachAlone(statement: Statement, asked: readonly Asked[]): Promise<readonly Promise<Rows>[]> {
  const answers = asked.map((one) => askAlone(statement, one))
  await Promise.allSettled(answers)
  return answers
}

function askAlone(statement: Statement, { name, readers }: Asked): Promise<Rows> {
  return send(statement, readers.alone, [name])
}

async function send({ query, params, names: name }: Statement, reader: Reader, names: readonly string[]) {
  const { records } = await reader.run(query, { ...params, [name]: names })
  return records.map((record) => record.get(0) as object)
}

/** Of variables, or those that fields are answered under. Of all fragments too, whether or not the field spreads them. */
function namesBelow({ fieldNodes: [field], fragments }: GraphQLResolveInfo, kind: Kind.VARIABLE | Kind.FIELD) {
  const names = new Set<string>()
  const add = (node: VariableNode | FieldNode) =>
    void names.add(('alias' in node && node.alias ? node.alias : node.name).value)
  for (const node of [field?.selectionSet, ...Object.values(fragments)]) {
    if (node !== undefined) visit(node, { [kind]: add })
  }
  return [...names].sort()
}

function isList(value: unknown, names: readonly string[]): boolean {
  return Array.isArray(value) && value.length === names.length && names.every((name, place) => value[place] === name)
}
