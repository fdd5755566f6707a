/** What `POST /graphql` says of itself in OpenAPI. The questions are described by the schema, not here. */
export const GRAPHQL_ROUTE = {
  summary: 'A question or a command in GraphQL',
  description:
    'One operation a request. Refusals and errors stand under `errors`, each with `extensions.code` and `extensions.remedy`.',
  tags: ['graphql'],
  security: [{ bearer: [] }],
  // What comes is checked by the limits, one by one, with a code each.
  body: {
    type: 'object',
    properties: {
      query: { type: 'string', description: 'the operation, at most 1,000 tokens' },
      variables: { type: 'object', additionalProperties: true },
      operationName: { type: 'string' },
      id: { type: 'string', description: 'instead of `query`: the id of a listed operation' },
    },
  },
  response: {
    200: { description: 'answered; `errors` where a part of it could not be' },
    400: { description: 'not a question, or larger than its limits' },
    401: { description: 'nobody, or a token or key that is not valid here' },
    403: { description: 'the role may not ask this, or the operation is not listed' },
    429: { description: 'too often, or too costly in a minute: `Retry-After` says when again' },
    503: { description: 'Neo4j or, for commands, Redis does not answer' },
  },
} as const
