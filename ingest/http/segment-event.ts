import { bug } from '../../src/errors.ts'
import { id, type Shaped, shaped } from '../shape.ts'

export const EVENT_TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const
export type EventType = (typeof EVENT_TYPES)[number]
export type Endpoint = EventType | 'batch'

type Id = string | number | null
type Fields = Readonly<Record<string, unknown>>

/** What is read of an event in the Segment spec; whatever else it holds is passed over. */
export interface SegmentEvent {
  readonly type: EventType
  readonly messageId?: string | null
  readonly userId?: Id
  readonly anonymousId?: Id
  readonly previousId?: Id
  readonly groupId?: Id
  readonly event?: string
  readonly name?: string | null
  readonly category?: string | null
  readonly timestamp?: string | null
  readonly originalTimestamp?: string | null
  readonly sentAt?: string | null
  readonly context?: SegmentContext | null
  readonly traits?: Fields | null
  readonly properties?: Fields | null
}

export interface SegmentContext {
  readonly traits?: Fields | null
  readonly device?: { readonly id?: Id; readonly advertisingId?: Id } | null
}

/** Characters of a message id, as Segment limits them. */
const LONGEST_MESSAGE_ID = 100

const anId = (description: string) => ({ type: ['string', 'number', 'null'], description })
const aTime = (description: string) => ({ type: ['string', 'null'], description })
const fields = (description: string) => ({ type: ['object', 'null'], additionalProperties: true, description })

export const contextSchema = {
  type: ['object', 'null'],
  additionalProperties: true,
  description: 'where the event happened',
  properties: {
    traits: fields('what is known of the user; counts like `traits` of an identify call'),
    device: {
      type: ['object', 'null'],
      additionalProperties: true,
      description: 'the device',
      properties: { id: anId('claims a `device`'), advertisingId: anId('claims a `device`') },
    },
  },
}

const common = {
  messageId: {
    type: ['string', 'null'],
    maxLength: LONGEST_MESSAGE_ID,
    description: 'sent again under the same id, an event counts once; made up where it is missing',
  },
  userId: anId('claims a `user_id` of the source'),
  anonymousId: anId('claims a `cookie`'),
  timestamp: aTime('when it happened, ISO 8601; default: when it arrived'),
  originalTimestamp: aTime('the same, where `timestamp` is missing'),
  sentAt: aTime('the sender’s clock when it sent: corrects `timestamp` where that clock is wrong'),
  context: contextSchema,
}

const traits = fields('`email` and `phone` claim identifiers, the rest describes the user')
const name = { type: ['string', 'null'], description: 'its name' }
const view = {
  properties: fields('what else is to be kept with the event'),
  name,
  category: { type: ['string', 'null'], description: 'its category' },
}

const own: Readonly<Record<EventType, { properties: object; required: readonly string[] }>> = {
  identify: { properties: { traits }, required: [] },
  track: {
    properties: { event: { ...id, description: 'what happened' }, properties: view.properties },
    required: ['event'],
  },
  page: { properties: view, required: [] },
  screen: { properties: view, required: [] },
  group: {
    properties: {
      groupId: anId('kept with the event; names no customer'),
      traits: fields('of the group; kept with the event'),
    },
    required: ['groupId'],
  },
  alias: {
    properties: { previousId: anId('seen together with `userId`') },
    required: ['previousId', 'userId'],
  },
}

/** The JSON schema of an event by its type; without `type` in it, as it comes to the endpoint of that type. */
export function eventSchema(type: EventType) {
  const { properties, required } = own[type]
  return {
    ...{ type: 'object', additionalProperties: true, properties: { ...common, ...properties } },
    ...(required.length === 0 ? {} : { required }),
  }
}

/** Events of a batch say their type themselves. */
export const batchedEventSchema = {
  type: 'object',
  additionalProperties: true,
  required: ['type'],
  properties: {
    type: { enum: EVENT_TYPES, description: 'each type has the fields of its own endpoint' },
    ...common,
  },
}

const readType = shaped<{ type: EventType }>({
  type: 'object',
  required: ['type'],
  properties: { type: { type: 'string', enum: EVENT_TYPES } },
})
const readers = new Map(EVENT_TYPES.map((type) => [type, shaped<SegmentEvent>(eventSchema(type))]))

/** The event that a value is, or why it is none, by field. */
export function readEvent(value: unknown): Shaped<SegmentEvent> {
  const typed = readType(value)
  if (typed.kind === 'dead_letter') return typed
  const read = readers.get(typed.body.type) ?? bug('a type without a schema')
  return read(value)
}
