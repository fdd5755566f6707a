import { SelfsameError } from '../../src/errors.ts'

/** Bytes of a body, also once it is unpacked. */
export const MAX_BODY_BYTES = 500 * 1024
/** Events a batch. */
export const MAX_EVENTS = 2500

interface Refusal {
  readonly status: number
  readonly message: string
  readonly remedy: string
  /** Seconds after which it may be tried again. */
  readonly retryAfter?: number
}

/** Why a request is refused as a whole: nothing of it was taken. */
export const REFUSALS = {
  unauthorised: {
    status: 401,
    message: 'this is no write key that is in force',
    remedy:
      'send it as the user of Basic authentication, or as `writeKey` in the body; `selfsame keys create` makes one',
  },
  wait_not_allowed: {
    status: 403,
    message: 'this write key may not be told customers',
    remedy: 'leave `wait` out, or make a key with --wait for a place that is not public',
  },
  malformed_json: { status: 400, message: 'the body is no JSON', remedy: 'send one JSON object in UTF-8' },
  not_an_object: { status: 400, message: 'the body is no JSON object', remedy: 'send one event, or {"batch": [...]}' },
  not_a_batch: { status: 400, message: 'the body has no list `batch`', remedy: 'send {"batch": [event, ...]}' },
  bad_context: {
    status: 400,
    message: '`context` of the batch has another shape',
    remedy: 'its traits and device are objects',
  },
  too_many_events: {
    status: 400,
    message: 'the batch has too many events',
    remedy: `send at most ${MAX_EVENTS} at once`,
  },
  too_deep: { status: 400, message: 'the body is nested too deeply', remedy: 'an event has at most 31 levels' },
  invalid_events: {
    status: 400,
    message: 'no event could be taken',
    remedy: '`refused` says what is wrong with each; they are kept as dead letters',
  },
  body_too_large: {
    status: 413,
    message: 'the body is too large',
    remedy: `send at most ${MAX_BODY_BYTES / 1024} KB at once, also once it is unpacked`,
  },
  unknown_encoding: { status: 415, message: 'the body is packed in an unknown way', remedy: 'use gzip, or nothing' },
  unknown_media_type: {
    status: 415,
    message: 'the header Content-Type is no media type',
    remedy: 'use application/json or text/plain',
  },
  malformed_gzip: { status: 400, message: 'the body is not the gzip that it says it is', remedy: 'pack it again' },
  unavailable: {
    status: 503,
    message: 'events cannot be kept safe at the moment: none of these was acknowledged',
    remedy: 'send them again under the same message ids',
    retryAfter: 5,
  },
} as const satisfies Record<string, Refusal>

export type RefusalCode = keyof typeof REFUSALS

/** The error for a request that is refused as a whole. */
export function refusal(code: RefusalCode, cause?: unknown): SelfsameError {
  const { message, remedy, status } = REFUSALS[code]
  return new SelfsameError(code, message, { remedy, retriable: status >= 500, cause })
}

/** The refusal that an error stands for: what fails of ours is `unavailable`, for senders may try that again. */
export function refusalOf(error: unknown): { readonly code: RefusalCode } & Refusal {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (Object.hasOwn(REFUSALS, code)) return { code: code as RefusalCode, ...REFUSALS[code as RefusalCode] }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return { code: 'body_too_large', ...REFUSALS.body_too_large }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return { code: 'unknown_media_type', ...REFUSALS.unknown_media_type }
  // Others of Fastify's own: a body that is shorter than it said.
  if (code.startsWith('FST_ERR_CTP')) return { code: 'malformed_json', ...REFUSALS.malformed_json }
  return { code: 'unavailable', ...REFUSALS.unavailable }
}

const REMEDIES: Readonly<Record<string, string>> = {
  missing_field: 'add the field',
  wrong_type: 'ids are strings, traits and properties objects, times strings',
  wrong_value:
    'types are identify, track, page, screen, group, alias; message ids have at most 100 characters, event names 256',
  too_large: 'an event has at most 32 KB',
  no_identifier: 'give userId or anonymousId, of a kind that the write key may claim',
  impossible_date: 'times are ISO 8601, such as 2026-01-31T09:30:00.000Z',
  observed_in_the_future: 'set the sender’s clock, or send `sentAt`, by which it is corrected',
  not_well_formed: 'ids and names are Unicode, without half characters',
  bad_record_id: 'a userId has at most 512 characters and no control characters',
  too_many_identifiers: 'an event claims at most 50 identifiers',
  unknown_kind: 'the policy no longer has a kind that the write key claims: make a new key',
}

/** What to do about an event that was refused. */
export function remedyOf(reason: string): string {
  return REMEDIES[reason] ?? 'see ingest/README.md'
}
