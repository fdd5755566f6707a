import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'

const OPENAPI_PATH = '/openapi.json'

/** Collects the routes that come after it, and serves what they declare as OpenAPI. Routes with `hide` stay out. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'selfsame',
        version: '0.1.0',
        description: 'Events in the Segment spec, questions in GraphQL, and how the service is.',
      },
      tags: [
        { name: 'ingest', description: 'events, in the Segment HTTP tracking spec' },
        { name: 'graphql', description: 'questions and commands' },
        { name: 'health', description: 'how the process is' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'a token of the issuer, or an API key' },
          writeKey: { type: 'http', scheme: 'basic', description: 'a write key as the user, no password' },
        },
      },
    },
  })
  app.get(OPENAPI_PATH, { schema: { hide: true } }, async () => app.swagger())
}
