import { Ajv, type ErrorObject } from 'ajv'
import type { ObservationMessage } from '../src/identity/observation.ts'
import { type DeadLetter, deadLetter } from './outcome.ts'

type Mapped = { readonly kind: 'mapped'; readonly message: ObservationMessage } | DeadLetter

/** Turns the JSON of one topic into the canonical message. Total: what has another shape is refused, by field. */
export type Mapping = (value: unknown) => Mapped

const ajv = new Ajv({ allowUnionTypes: true })

export type Shaped<T> = { readonly kind: 'shaped'; readonly body: T } | DeadLetter

/** Checks a value against a JSON schema, compiled once; what has another shape is refused, by field. */
export function shaped<T>(schema: object): (value: unknown) => Shaped<T> {
  const check = ajv.compile<T>(schema)
  return (value) => (check(value) ? { kind: 'shaped', body: value } : refusal(check.errors?.[0]))
}

/**
 * The mapping of a topic: a JSON schema, compiled once, and what to make of a value that has its shape. Schemas name
 * the fields that are read; others are passed over, so that sources may add to their messages.
 */
export function mapping<T>(schema: object, toMessage: (body: T) => ObservationMessage): Mapping {
  const read = shaped<T>(schema)
  return (value) => {
    const found = read(value)
    return found.kind === 'shaped' ? { kind: 'mapped', message: toMessage(found.body) } : found
  }
}

function refusal(error: ErrorObject | undefined): DeadLetter {
  const path = error?.instancePath ?? ''
  switch (error?.keyword) {
    case 'required':
      return deadLetter('missing_field', `${path}/${error.params.missingProperty}`)
    case 'type':
      return deadLetter('wrong_type', path || '/')
    default:
      return deadLetter('wrong_value', path || '/')
  }
}

/** Schemas of the parts that every topic has. Sources write absent fields as null, as '' or not at all. */
export const text = { type: 'string' }
export const id = { type: 'string', minLength: 1, maxLength: 256 }
export const optionalText = { type: ['string', 'null'] }
export const optionalTexts = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, optionalText]))
export type Optional<K extends string> = { readonly [name in K]?: string | null }

/** A text that says something, else undefined. */
export function said(value: string | null | undefined): string | undefined {
  return value === null || value === undefined || value.trim() === '' ? undefined : value
}

/** The fields that say something. */
export function saidOf<K extends string>(fields: { readonly [name in K]: unknown }): Partial<Record<K, unknown>> {
  const kept = Object.entries(fields).filter(([, value]) => (typeof value === 'string' ? said(value) : value) != null)
  return Object.fromEntries(kept) as Partial<Record<K, unknown>>
}

/** The identifiers that are said, in the order given. */
export function identifiersOf(...pairs: readonly (readonly [kind: string, value: string | null | undefined])[]) {
  return pairs.flatMap(([kind, value]) => {
    const spoken = said(value)
    return spoken === undefined ? [] : [{ kind, value: spoken }]
  })
}
