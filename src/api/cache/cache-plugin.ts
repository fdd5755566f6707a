import type { ApolloServerPlugin } from '@apollo/server'
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import type { ApiContext } from '../context.ts'
import { lifetimeOf } from './cacheable.ts'
import { tagDocument, withoutNames } from './tag-document.ts'
import type { Lifetime } from './tracking.ts'
import type { ChangeWatch } from './watch-changes.ts'

interface Plan {
  readonly lifetime: Lifetime
  readonly document: DocumentNode
}

/**
 * Has what may be remembered executed with the names in it of all that it holds, and takes those out of the answer. After
 * a command, the changes are heard before it is answered: who gave it asks next what became of it.
 */
export function cachePlugin({
  schema,
  watch,
}: {
  schema: GraphQLSchema
  watch: ChangeWatch
}): ApolloServerPlugin<ApiContext> {
  // Apollo keeps the document of a text, so that it is planned once.
  const plans = new WeakMap<DocumentNode, Plan | 'none'>()
  const planOf = (document: DocumentNode, operation: OperationDefinitionNode): Plan | 'none' => {
    const plan = plans.get(document) ?? makePlan(document, operation, schema)
    plans.set(document, plan)
    return plan
  }
  return {
    requestDidStart: async () => ({
      async executionDidStart(request) {
        const { document, operation, contextValue } = request
        const plan = contextValue.tracking && planOf(document, operation)
        if (plan === undefined || plan === 'none') return
        contextValue.tracking?.allow(plan.lifetime)
        // What is executed is read from here once the hooks are through: with other fields, and nothing else to check.
        Object.assign(request, { document: plan.document })
      },
      async willSendResponse({ response: { body }, contextValue, operation }) {
        if (operation?.operation === 'mutation') await watch.catchUp()
        const { tracking } = contextValue
        if (tracking === undefined) return
        if (body.kind !== 'single' || body.singleResult.errors !== undefined) tracking.forbid()
        if (body.kind === 'single') withoutNames(body.singleResult.data)
      },
    }),
  }
}

function makePlan(document: DocumentNode, operation: OperationDefinitionNode, schema: GraphQLSchema): Plan | 'none' {
  const lifetime = lifetimeOf(document, operation, schema)
  const tagged = lifetime === undefined ? undefined : tagDocument(document, schema)
  return lifetime === undefined || tagged === undefined ? 'none' : { lifetime, document: tagged }
}
