import { MapperKind, mapSchema } from '@graphql-tools/utils'
import { Neo4jGraphQL } from '@neo4j/graphql'
import { type DocumentNode, GraphQLObjectType, type GraphQLSchema, Kind } from 'graphql'
import { bug } from '../errors.ts'
import { collectingNames } from './cache/collect-names.ts'
import { createLookUp, INTERNAL_ROOTS } from './delegate.ts'
import { createExplanations } from './explanations.ts'
import { createMutations } from './mutations.ts'
import { withOwnTypes } from './own-types.ts'
import { createResolvers, type ResolverOptions } from './roots.ts'
import { typeDefinitions } from './type-definitions.ts'
import { createWhatIf, type Trying } from './what-if.ts'

/** Nothing is generated that the library itself advises against. */
const EXCLUDED = {
  mutationOperations: true,
  aggregationFilters: true,
  aggregationFiltersOutsideConnection: true,
  relationshipFilters: true,
  attributeFilters: true,
}

/**
 * The public schema, executable. `kinds`: those of the policy and those that the graph holds. Needs no connection
 * before the first question.
 */
export async function createApiSchema({
  kinds,
  ...finding
}: Omit<ResolverOptions, 'lookUp'> & Trying & { kinds: readonly string[] }): Promise<GraphQLSchema> {
  let inner: GraphQLSchema | undefined
  const lookUp = createLookUp(() => inner ?? bug('a question before the schema'))
  const documents = typeDefinitions(kinds)
  const library = new Neo4jGraphQL({
    typeDefs: documents,
    resolvers: createResolvers({ ...finding, lookUp }),
    driver: finding.graph.driver,
    features: { excludeDeprecatedFields: EXCLUDED },
  })
  inner = await library.getSchema()
  // Names are heard before anybody masks them.
  const questions = mapSchema(collectingNames(inner, finding.policy), {
    [MapperKind.QUERY_ROOT_FIELD]: (config, name) => (INTERNAL_ROOTS.includes(name) ? null : config),
    // The library builds the roots anew, without what was said of them.
    [MapperKind.QUERY]: (type) => new GraphQLObjectType({ ...type.toConfig(), description: aboutRoots(documents) }),
  })
  const own = [createMutations(finding), createExplanations(finding), createWhatIf(finding)]
  return withOwnTypes(questions, own)
}

function aboutRoots(documents: readonly DocumentNode[]): string | undefined {
  const definitions = documents.flatMap((document) => document.definitions)
  const query = definitions.find((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query')
  return query?.kind === Kind.OBJECT_TYPE_DEFINITION ? query.description?.value : undefined
}
