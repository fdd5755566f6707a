import type { ObservationMessage } from '../../src/identity/observation.ts'
import { id, type Mapping, mapping, optionalText, text } from '../shape.ts'

type Nullable<T> = T | null | undefined

interface Body extends Pick<ObservationMessage, 'messageId' | 'source' | 'type' | 'observedAt'> {
  readonly load?: string | null
  readonly identifiers?: Nullable<readonly { kind: string; value: string; scope?: string | null }[]>
  readonly record?: Nullable<{ id: string; traits?: Record<string, unknown> | null }>
  readonly event?: Nullable<{ name: string; properties?: Record<string, unknown> | null }>
}

const schema = {
  type: 'object',
  required: ['messageId', 'source', 'type', 'observedAt'],
  properties: {
    messageId: id,
    source: text,
    load: optionalText,
    type: { enum: ['record', 'identify', 'track', 'delete'] },
    observedAt: text,
    identifiers: {
      type: ['array', 'null'],
      items: {
        type: 'object',
        required: ['kind', 'value'],
        properties: { kind: text, value: text, scope: optionalText },
      },
    },
    record: {
      type: ['object', 'null'],
      required: ['id'],
      properties: { id: text, traits: { type: ['object', 'null'] } },
    },
    event: {
      type: ['object', 'null'],
      required: ['name'],
      properties: { name: id, properties: { type: ['object', 'null'] } },
    },
  },
}

/** Messages that are canonical already. */
export const observations: Mapping = mapping<Body>(schema, (body) => ({
  messageId: body.messageId,
  source: body.source,
  load: body.load ?? undefined,
  type: body.type,
  observedAt: body.observedAt,
  identifiers: (body.identifiers ?? []).map(({ kind, value, scope }) => ({ kind, value, scope: scope ?? undefined })),
  record: body.record ? { id: body.record.id, traits: body.record.traits ?? undefined } : undefined,
  event: body.event ? { name: body.event.name, properties: body.event.properties ?? undefined } : undefined,
}))

/** The same, where lines without a source or a load get these. */
export function observationsFrom(defaults: { source?: string | undefined; load?: string | undefined }): Mapping {
  const given = Object.entries(defaults).filter(([, value]) => value !== undefined)
  return (value) => observations(isObject(value) ? withDefaults(value, given) : value)
}

function withDefaults(value: object, given: readonly (readonly [string, unknown])[]): object {
  const missing = given.filter(([name]) => !Object.hasOwn(value, name) || value[name as keyof typeof value] === null)
  return missing.length === 0 ? value : { ...value, ...Object.fromEntries(missing) }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
