import { createRequire } from 'node:module'
import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
} from 'graphql'
import type { ComplexityEstimator } from 'graphql-query-complexity'
import { LRUCache } from 'lru-cache'
import { withinPage } from '../within-page.ts'
import { type Refusal, tooMuch } from './refusal.ts'

// Its ES modules bring a second copy of graphql, which knows no type of ours.
const { getComplexity } = createRequire(import.meta.url)(
  'graphql-query-complexity',
) as typeof import('graphql-query-complexity')

/** Fields of the largest answer to a question. */
const MOST_COST = 50_000
/** Lists without a limit are short by nature: traits of a record, fields of a golden one. */
const SHORT_LIST = 10
const REMEMBERED = 5000

export interface Asked {
  readonly document: DocumentNode
  /** Digest of the text. */
  readonly digest: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * The cost of a validated question: how many fields its answer has at most, each list as long as it may be by its
 * `limit` or `first`. Throws a `GraphQLError` for variables that do not fit, before anything is executed.
 */
export type CostOf = (asked: Asked) => number

export function createCostOf(schema: GraphQLSchema): CostOf {
  const known = new LRUCache<string, number>({ max: REMEMBERED })
  return ({ document, digest, operationName, variables }) => {
    const key = `${digest} ${operationName ?? ''} ${JSON.stringify(variables, deciding)}`
    const cost =
      known.get(key) ??
      getComplexity({
        ...{ schema, query: document, variables, estimators: [estimate] },
        ...(operationName === undefined ? {} : { operationName }),
      })
    known.set(key, cost)
    return cost
  }
}

/** Numbers and switches decide what a question costs; a text is as good as another, save that it is one. */
function deciding(_: string, value: unknown): unknown {
  return typeof value === 'string' ? '' : value
}

export function checkCost(cost: number): Refusal | undefined {
  if (cost <= MOST_COST) return undefined
  return tooMuch(
    'TOO_COSTLY',
    `the answer may have ${Math.min(cost, 1e12).toLocaleString('en')} fields, and ${MOST_COST.toLocaleString('en')} are the most`,
    'give the lists inside lists smaller limits (limit: 5), or ask for them in requests of their own',
  )
}

const estimate: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  if (isIntrospection(type) || field.name.startsWith('__')) return 0
  const entries = isListType(getNullableType(field.type)) && !isLeafType(getNamedType(field.type)) ? entriesOf(args) : 1
  return 1 + entries * childComplexity
}

function isIntrospection({ name }: GraphQLNamedType): boolean {
  return name.startsWith('__')
}

function entriesOf({ limit, first }: Readonly<Record<string, unknown>>): number {
  const asked = limit ?? first
  return typeof asked === 'number' ? withinPage(asked) : SHORT_LIST
}
