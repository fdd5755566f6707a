import type { FastifyInstance, FastifyRequest } from 'fastify'
import { asksGraphQL, type Question } from '../request.ts'
import { checkBody } from './check-body.ts'
import type { CheckDocument } from './check-document.ts'
import { NOT_LISTED, type Operations, operationId } from './operations-file.ts'
import type { RateLimits } from './rate-limits.ts'
import { type Refusal, sendRefusal } from './refusal.ts'

/** What probes ask is not counted. */
const UNCOUNTED = ['/livez', '/readyz', '/metrics']

/** Refuses addresses that asked too often without being signed in. To be registered before whoever signs in. */
export function registerAddressLimit(app: FastifyInstance, { rates }: { rates: RateLimits }): void {
  const isCounted = ({ routeOptions: { url } }: FastifyRequest) => !UNCOUNTED.includes(url ?? '')
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = isCounted(request) ? rates.blocked(request.ip) : undefined
    if (refusal === undefined) done()
    else sendRefusal(reply, refusal)
  })
  app.addHook('onResponse', (request, { statusCode }, done) => {
    if (!isStranger(request, statusCode) || !isCounted(request)) return done()
    rates.strangerAsked(request.ip).then(() => done(), done)
  })
}

/** Ingest knows its senders by their write keys: strangers are those whom it does not know. */
function isStranger({ caller, routeOptions: { url = '' } }: FastifyRequest, status: number): boolean {
  return caller === undefined && status !== 429 && (!url.startsWith('/v1/') || status === 401)
}

/** Refuses what a caller asks too often, what is no single question, and what is not listed. */
export function registerQuestionLimits(
  app: FastifyInstance,
  { rates, operations }: { rates: RateLimits; operations: Operations },
): void {
  app.addHook('preHandler', async (request, reply) => {
    if (!asksGraphQL(request)) return
    const tooOften = request.caller && (await rates.request(request.caller))
    const refusal = tooOften ?? checkBody(request.body) ?? takeQuestion(request, operations)
    if (refusal !== undefined) return sendRefusal(reply, refusal)
  })
}

/** Refuses a document that is too large. To be registered after whoever knows the answer already. */
export function registerDocumentLimits(
  app: FastifyInstance,
  { checkDocument }: { checkDocument: CheckDocument },
): void {
  app.addHook('preHandler', async ({ question }, reply) => {
    const refusal = question && checkDocument(question.query)
    if (refusal !== undefined) return sendRefusal(reply, refusal)
  })
}

interface Body {
  readonly query?: unknown
  readonly id?: unknown
  readonly operationName?: unknown
  readonly variables?: unknown
  readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash?: unknown } }
}

/** Reads the question, by its text or, where operations are listed, by its id. What is none is left to Apollo. */
function takeQuestion(request: FastifyRequest, operations: Operations): Refusal | undefined {
  const body = request.body as Body | undefined | null
  if (body === null || typeof body !== 'object') return undefined
  if (operations === undefined) {
    if (typeof body.query === 'string') request.question = questionOf(body, body.query)
    return undefined
  }
  const { query: text, id, extensions } = body
  const digest = typeof text === 'string' ? operationId(text) : (extensions?.persistedQuery?.sha256Hash ?? id)
  const query = typeof digest === 'string' ? operations.get(digest) : undefined
  if (query === undefined) return NOT_LISTED
  const { id: _, extensions: __, ...asked } = body
  request.body = { ...asked, query }
  request.question = questionOf(body, query)
  return undefined
}

function questionOf({ operationName, variables }: Body, query: string): Question {
  return { query, operationName: typeof operationName === 'string' ? operationName : undefined, variables }
}
