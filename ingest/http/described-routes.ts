import { batchedEventSchema, EVENT_TYPES, type EventType, eventSchema } from './segment-event.ts'

const text = { type: 'string' }
const count = { type: 'integer', minimum: 0 }

const refused = {
  type: 'array',
  description: 'events that were refused; each is kept as a dead letter',
  items: {
    type: 'object',
    required: ['index', 'reason', 'remedy'],
    properties: {
      index: { ...count, description: 'its place in the batch, from 0' },
      reason: text,
      field: { ...text, description: 'JSON pointer of what is wrong, where it is one field' },
      remedy: text,
    },
  },
}

const leftOut = {
  type: 'array',
  description: 'what events said and was not taken, counted',
  items: {
    type: 'object',
    required: ['reason', 'count'],
    properties: { reason: text, kind: { ...text, description: 'of the identifier' }, count },
  },
}

const taken = { success: { type: 'boolean' }, accepted: count, refused, leftOut }
const customer = { type: ['string', 'null'], description: 'the customer it belongs to; null: none yet' }
const resolved = { type: 'boolean', description: 'with `wait`: whether the customers are known already' }
const customers = {
  type: 'array',
  description: 'with `wait`, of a batch: the customer of each event that was taken',
  items: { type: 'object', required: ['index', 'customer'], properties: { index: count, customer } },
}

const failure = {
  type: 'object',
  required: ['success', 'code', 'message', 'remedy'],
  properties: { success: { type: 'boolean', enum: [false] }, code: text, message: text, remedy: text, refused },
}

const FAILURES = {
  400: 'not taken',
  401: 'no write key',
  403: 'may not wait',
  413: 'too large',
  415: 'unknown encoding',
  503: 'try again later',
}

function answers(): object {
  const failures = Object.entries(FAILURES).map(([status, description]) => [status, { ...failure, description }])
  const required = ['success', 'accepted', 'refused', 'leftOut']
  return {
    200: {
      ...{ type: 'object', required, description: 'with `wait`: taken, and resolved' },
      properties: { ...taken, resolved, customer, customers },
    },
    202: {
      ...{ type: 'object', required, description: 'Kafka has every event that was accepted' },
      properties: { ...taken, resolved },
    },
    ...Object.fromEntries(failures),
  }
}

const shared = {
  tags: ['ingest'],
  security: [{ writeKey: [] }],
  querystring: {
    type: 'object',
    properties: { wait: { type: 'boolean', description: 'answer when the customer is resolved, or after 5 s' } },
  },
  response: answers(),
}

const writeKey = { ...text, description: 'where there is no Authorization header' }

const DOES: Readonly<Record<EventType, string>> = {
  identify: 'who a user is, and what is known of him or her',
  track: 'what a user did',
  page: 'which page a user saw',
  screen: 'which screen of an app a user saw',
  group: 'that a user belongs to a group',
  alias: 'that two ids are one user’s',
}

/** Routes of single events by their type, as OpenAPI shows them. */
export function eventRoute(type: EventType): object {
  const { properties, ...schema } = eventSchema(type)
  const body = { ...schema, properties: { ...properties, writeKey } }
  return { ...shared, operationId: type, summary: DOES[type], body }
}

/** The route of batches, as OpenAPI shows it. */
export const batchRoute = {
  ...shared,
  operationId: 'batch',
  summary: `many events at once: ${EVENT_TYPES.join(', ')}`,
  body: {
    type: 'object',
    required: ['batch'],
    properties: {
      batch: { type: 'array', items: batchedEventSchema, description: 'at most 2,500' },
      sentAt: { type: ['string', 'null'], description: 'counts for events that have none' },
      context: { type: ['object', 'null'], additionalProperties: true, description: 'lies under that of every event' },
      writeKey,
    },
  },
}
