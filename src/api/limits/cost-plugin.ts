import type { ApolloServerPlugin } from '@apollo/server'
import { ApolloServerErrorCode } from '@apollo/server/errors'
import { GraphQLError } from 'graphql'
import type { ApiContext } from '../context.ts'
import { type Asked, type CostOf, checkCost } from './cost.ts'
import type { RateLimits } from './rate-limits.ts'
import { refusalError } from './refusal.ts'

/** Refuses what costs too much, alone or in a minute, and commands that nobody can count: before anything is executed. */
export function costPlugin({ costOf, rates }: { costOf: CostOf; rates: RateLimits }): ApolloServerPlugin<ApiContext> {
  return {
    requestDidStart: async () => ({
      async didResolveOperation({ document, operation, queryHash, request, contextValue: { caller } }) {
        if (operation == null) return
        const { operationName, variables = {} } = request
        const cost = costIn(costOf, { document, digest: queryHash, operationName, variables })
        const tooCostly = checkCost(cost)
        if (tooCostly !== undefined) throw refusalError(tooCostly)
        const uncounted = operation.operation === 'mutation' ? await rates.command(caller) : undefined
        const refusal = uncounted ?? (await rates.cost(caller, cost))
        if (refusal !== undefined) throw refusalError(refusal)
      },
    }),
  }
}

/** Variables that do not fit are refused here: what cannot be counted is not executed. */
function costIn(costOf: CostOf, asked: Asked): number {
  try {
    return costOf(asked)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const extensions = { code: ApolloServerErrorCode.BAD_USER_INPUT, http: { status: 400 } }
    throw new GraphQLError(error.message, { nodes: error.nodes ?? null, extensions })
  }
}
