import { compareKeys, recordKey } from './keys.ts'
import { isScope, MAX_VALUE_LENGTH, type NotAnIdentifier, normalise } from './normalise.ts'
import type { Policy } from './policy.ts'
import { traitsOf } from './traits.ts'
import type { BusinessEvent, Identifier, IdentifierKey, Millis, Observation, ObservationType } from './types.ts'

/** The canonical message, already of the right shape: what every door decodes to. */
export interface ObservationMessage {
  readonly messageId: string
  readonly source: string
  readonly load?: string | undefined
  readonly type: ObservationType
  /** ISO 8601 with a zone. */
  readonly observedAt: string
  readonly identifiers: readonly {
    readonly kind: string
    readonly value: string
    readonly scope?: string | undefined
  }[]
  readonly record?: { readonly id: string; readonly traits?: Readonly<Record<string, unknown>> | undefined } | undefined
  readonly event?:
    | { readonly name: string; readonly properties?: Readonly<Record<string, unknown>> | undefined }
    | undefined
}

/** Why a whole message is refused. Stable words: they stand in dead letters, rejects files and metrics. */
export type Rejection =
  | 'bad_source'
  | 'bad_load'
  | 'bad_record_id'
  | 'impossible_date'
  | 'no_identifier'
  | 'not_well_formed'
  | 'observed_in_the_future'
  | 'record_missing'
  | 'too_many_identifiers'
  | 'unknown_kind'

export type Understood =
  | {
      readonly kind: 'understood'
      readonly observation: Observation
      readonly event: BusinessEvent | undefined
      /** Of the message's first identifier: its key in Kafka. */
      readonly firstKey: IdentifierKey
      /** Why identifiers were left out of it. */
      readonly leftOut: readonly NotAnIdentifier[]
    }
  | { readonly kind: 'rejected'; readonly reason: Rejection }

export interface Reading {
  readonly policy: Policy
  readonly recordedAt: Millis
  /** The clock, for observations from the future. */
  readonly now: Millis
  /** Country of phone numbers, over the policy's. */
  readonly country?: string | undefined
}

const MAX_IDENTIFIERS = 50
const ALLOWED_SKEW: Millis = 5 * 60_000

/**
 * Normalises a message. Identifiers that cannot be read are left out and named by reason; a message is rejected
 * where nothing remains or where leaving a part out would change what it says.
 */
export function toObservation(message: ObservationMessage, reading: Reading): Understood {
  const observedAt = parseTime(message.observedAt)
  const reason = rejectionOf(message, observedAt, reading.now)
  if (reason !== undefined || observedAt === undefined) return { kind: 'rejected', reason: reason ?? 'impossible_date' }
  const { identifiers, leftOut } = identifiersOf(message, reading)
  if (leftOut.includes('unknown_kind')) return { kind: 'rejected', reason: 'unknown_kind' }
  const [first] = identifiers
  const account = message.record && accountOf(message.source, message.record.id, reading.policy)
  if (account === undefined && message.record !== undefined) return { kind: 'rejected', reason: 'bad_record_id' }
  const distinct = new Map(
    [...identifiers, ...(account ? [account] : [])].map((identifier) => [identifier.key, identifier]),
  )
  const named = first ?? account
  if (named === undefined) return { kind: 'rejected', reason: 'no_identifier' }
  const { messageId, source, load = '', type, record } = message
  return {
    kind: 'understood',
    firstKey: named.key,
    leftOut,
    event: message.event && {
      messageId,
      source,
      observedAt,
      name: message.event.name.toWellFormed(),
      properties: message.event.properties ?? {},
      identifier: named.key,
    },
    observation: {
      messageId,
      source,
      load,
      type,
      observedAt,
      recordedAt: reading.recordedAt,
      identifiers: [...distinct.values()].sort((a, b) => compareKeys(a.key, b.key)),
      ...(record && account
        ? {
            record: {
              key: recordKey(source, record.id),
              id: record.id,
              account: account.key,
              traits: traitsOf(record.traits),
            },
          }
        : {}),
    },
  }
}

function rejectionOf(message: ObservationMessage, observedAt: Millis | undefined, now: Millis): Rejection | undefined {
  if (!message.messageId.isWellFormed()) return 'not_well_formed'
  if (!isScope(message.source)) return 'bad_source'
  if (message.load !== undefined && message.load !== '' && !isScope(message.load)) return 'bad_load'
  if (observedAt === undefined) return 'impossible_date'
  if (observedAt > now + ALLOWED_SKEW) return 'observed_in_the_future'
  if (message.identifiers.length > MAX_IDENTIFIERS) return 'too_many_identifiers'
  const claims = message.type === 'record' || message.type === 'delete'
  return claims && message.record === undefined ? 'record_missing' : undefined
}

function identifiersOf(message: ObservationMessage, { policy, country }: Reading) {
  const identifiers: Identifier[] = []
  const leftOut: NotAnIdentifier[] = []
  const traits = message.record?.traits ?? {}
  const claimed = ['email', 'phone'].flatMap((kind) => {
    const value = Object.hasOwn(traits, kind) ? traits[kind] : undefined
    return typeof value === 'string' && value.trim() !== '' ? [{ kind, value, scope: undefined }] : []
  })
  for (const { kind, value, scope } of [...message.identifiers, ...claimed]) {
    const normal = normalise(kind, value, {
      policy,
      scope: scope ?? message.source,
      country: country ?? policy.sources[message.source]?.country ?? policy.defaultCountry,
    })
    if (typeof normal === 'string') leftOut.push(normal)
    else identifiers.push(normal)
  }
  return { identifiers, leftOut }
}

/**
 * The account a record is about, a function of source and record id alone: of the kind the policy names for the
 * source, else of the kind `record`. Undefined where the id names nothing.
 */
export function accountOf(source: string, id: string, policy: Policy): Identifier | undefined {
  // Bounded and clean, because the id is a part of keys; trimmed it would be another record.
  if (id.trim() !== id || id.length > MAX_VALUE_LENGTH || /\p{Cc}/u.test(id)) return undefined
  const kind = (Object.hasOwn(policy.sources, source) ? policy.sources[source]?.account : undefined) ?? 'record'
  const account = normalise(kind, id, { policy, scope: source, country: policy.defaultCountry })
  return typeof account === 'string' ? undefined : account
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d:?\d\d)?)?$/

/**
 * Milliseconds since the epoch of an ISO 8601 date or date-time; without a zone it is UTC. Undefined where it is no
 * date: JavaScript itself would read 30 February as 2 March.
 */
export function parseTime(text: string): Millis | undefined {
  const parts = ISO.exec(text.trim())
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0))
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const real = new Date(date)
  if (real.getUTCFullYear() !== year || real.getUTCMonth() + 1 !== month || real.getUTCDate() !== day) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const millis = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1000)
  const time = date + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + millis
  const offset = zoneOffset(parts[8])
  return offset === undefined || time - offset < 0 ? undefined : time - offset
}

function zoneOffset(zone: string | undefined): Millis | undefined {
  if (zone === undefined || zone === 'Z') return 0
  const [hours, minutes] = [zone.slice(1, 3), zone.slice(-2)].map(Number)
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
