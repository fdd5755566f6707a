import { identifiersOf, said } from '../shape.ts'
import type { SegmentContext, SegmentEvent } from './segment-event.ts'
import type { Traits } from './traits.ts'

interface Spoken {
  readonly kind: string
  readonly value: string
}

/** Anonymous ids are made up by the senders' libraries, all in this form. */
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
/** What a device says whose owner does not want to be followed. */
const NO_DEVICE = /^[0-]+$/

/**
 * The identifiers that an event names, the strongest first, because the event is counted for the customer of the
 * first: a cookie may be a kiosk's. A group names nobody.
 */
export function spokenIdentifiers(
  event: SegmentEvent,
  { traits, context }: { traits: Traits; context?: SegmentContext | null | undefined },
): Spoken[] {
  const device = { ...context?.device, ...event.context?.device }
  const spoken = identifiersOf(
    ['user_id', idText(event.userId)],
    ...previousOf(event),
    ['email', contactText(traits, 'email')],
    ['phone', contactText(traits, 'phone')],
    ['device', deviceText(device.advertisingId)],
    ['device', deviceText(device.id)],
    ['cookie', idText(event.anonymousId)],
  )
  return spoken.filter(
    ({ kind, value }, index) => spoken.findIndex((other) => other.kind === kind && other.value === value) === index,
  )
}

/** An id as text: senders write numbers too. Undefined where it says nothing. */
export function idText(id: unknown): string | undefined {
  return typeof id === 'string' || typeof id === 'number' ? said(String(id).trim()) : undefined
}

/** The id before an alias is a user's; in the form of an anonymous one it may be either, and is taken as both. */
function previousOf({ type, previousId }: SegmentEvent): [kind: string, value: string | undefined][] {
  const previous = type === 'alias' ? idText(previousId) : undefined
  if (previous === undefined) return []
  return UUID.test(previous)
    ? [
        ['user_id', previous],
        ['cookie', previous],
      ]
    : [['user_id', previous]]
}

function contactText(traits: Traits, name: string): string | undefined {
  return Object.hasOwn(traits, name) ? idText(traits[name]) : undefined
}

function deviceText(id: unknown): string | undefined {
  const text = idText(id)
  return text === undefined || NO_DEVICE.test(text) ? undefined : text
}
