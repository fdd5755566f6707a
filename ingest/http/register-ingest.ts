import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { SelfsameError } from '../../src/errors.ts'
import type { Logger } from '../../src/telemetry.ts'
import { batchRoute, eventRoute } from './described-routes.ts'
import { createIntake, type Intake, type IntakeOptions } from './intake.ts'
import { MAX_BODY_BYTES, refusalOf } from './refusals.ts'
import { type Endpoint, EVENT_TYPES } from './segment-event.ts'

export interface IngestOptions extends IntakeOptions {
  readonly logger: Logger
}

interface Route {
  readonly schema: object
  readonly intake: Intake
  readonly options: IngestOptions
}

/** Segment's browser library sends to these. */
const SHORT: Readonly<Record<Endpoint, string>> = {
  ...{ identify: 'i', track: 't', page: 'p', screen: 's', group: 'g', alias: 'a', batch: 'b' },
}

/**
 * HTTP ingest in the Segment spec under `/v1`, for servers and, as a write key is no cookie, from pages of any origin.
 * The app stays the caller's to listen with and to close.
 */
export async function registerIngest(app: FastifyInstance, options: IngestOptions): Promise<void> {
  const intake = createIntake(options)
  await app.register(
    async (v1) => {
      v1.removeAllContentTypeParsers()
      v1.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
      // What comes is checked event by event; the schemas of the routes are for those who read about them.
      v1.setValidatorCompiler(() => () => true)
      allowEveryOrigin(v1)
      for (const type of EVENT_TYPES) addRoute(v1, type, { schema: eventRoute(type), intake, options })
      addRoute(v1, 'batch', { schema: batchRoute, intake, options })
    },
    { prefix: '/v1' },
  )
}

function addRoute(v1: FastifyInstance, endpoint: Endpoint, { schema, intake, options }: Route): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const { status, body } = await intake({
      endpoint,
      bytes: request.body,
      encoding: request.headers['content-encoding'],
      authorization: request.headers.authorization,
      wait: isSet((request.query as { wait?: unknown }).wait),
    })
    return reply.code(status).send(body)
  }
  const route = { bodyLimit: MAX_BODY_BYTES, errorHandler: refusing(endpoint, options), handler }
  v1.post(`/${endpoint}`, { schema, ...route })
  v1.post(`/${SHORT[endpoint]}`, { schema: { ...schema, hide: true }, ...route })
}

function isSet(wait: unknown): boolean {
  return wait === '' || wait === 'true' || wait === '1'
}

/** Without credentials: nothing that a browser adds by itself counts here, only the write key that the page has. */
function allowEveryOrigin(v1: FastifyInstance): void {
  v1.addHook('onRequest', async (_, reply) => {
    reply.header('access-control-allow-origin', '*')
  })
  v1.options('/*', { schema: { hide: true } }, (_, reply) =>
    reply
      .headers({
        'access-control-allow-methods': 'POST, OPTIONS',
        'access-control-allow-headers': 'authorization, content-type, content-encoding, x-retry-count',
        'access-control-max-age': '7200',
      })
      .code(204)
      .send(),
  )
}

function refusing(endpoint: Endpoint, { metrics, logger }: IngestOptions) {
  return (error: unknown, _: FastifyRequest, reply: FastifyReply) => {
    const { code, status, message, remedy, retryAfter } = refusalOf(error)
    metrics.httpRefused.inc({ endpoint, code })
    if (status >= 500) logger[isOurs(error) ? 'warn' : 'error']({ err: error }, 'events were not taken')
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
    return reply.code(status).send({ success: false, code, message, remedy })
  }
}

/** What we have a word for, such as a store that is away; else it is a defect. */
function isOurs(error: unknown): boolean {
  return error instanceof SelfsameError && error.code !== 'bug' && error.code !== 'internal'
}
