import { type GraphQLSchema, graphql } from 'graphql'
import type { Logger } from '../telemetry.ts'
import type { ApiContext } from './context.ts'
import { examplesAbout } from './example-queries.ts'

const NOBODY = { customer: null, identifier: null, former: null }
const PAGE = '{ customers { id name email phone size identifiers { kind value } } }'
const LOOK_UP =
  '{ identifier(kind: email, value: "nobody@selfsame.invalid") { kind value status customer { id name email phone size } } }'

/**
 * Asks the common questions about nobody: the first plan of a shape costs 0.2 to 0.3 s, and many times that while
 * Neo4j itself is cold. What fails is told and left: the same question will fail again and say why.
 */
export async function warmPlans({
  schema,
  context,
  log,
}: {
  schema: GraphQLSchema
  context: ApiContext
  log: Logger
}): Promise<void> {
  for (const source of [...examplesAbout(NOBODY).map(({ query }) => query), PAGE, LOOK_UP]) {
    const { errors } = await graphql({ schema, source, contextValue: context })
    if (errors !== undefined) log.warn({ err: errors[0]?.originalError }, 'a common question could not be asked')
  }
}
