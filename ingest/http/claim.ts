import type { ObservationMessage } from '../../src/identity/observation.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Kind } from '../../src/identity/types.ts'
import type { WriteKey } from '../../src/keys/access-key.ts'
import { saidOf } from '../shape.ts'
import { idText, spokenIdentifiers } from './identifiers.ts'
import type { SegmentContext, SegmentEvent } from './segment-event.ts'
import { describesMore, type Traits, traitsOf, withoutContacts } from './traits.ts'

/** What was not taken from an event, though it was there. */
export interface LeftOut {
  readonly reason: string
  readonly kind?: Kind
}

export interface Claim {
  readonly message: ObservationMessage
  readonly leftOut: readonly LeftOut[]
}

export interface Claiming {
  readonly key: Pick<WriteKey, 'source' | 'kinds'>
  readonly policy: Policy
  readonly observedAt: string
  /** The sender's, or made up where it gave none. */
  readonly messageId: string
  /** Of the whole batch; what an event says itself comes first. */
  readonly context?: SegmentContext | null | undefined
}

/**
 * What an event in the Segment spec says as an observation, as far as the key may say it. Pure and total. Identifiers
 * of kinds that the key may not claim are left out, and so is whatever would bring them in again another way: traits
 * that are e-mail addresses and phones, and the record that traits belong to, which is an identifier too.
 *
 * The message's id is made the source's own: no source can have another's event pass as told already.
 */
export function claimOf(event: SegmentEvent, claiming: Claiming): Claim {
  const { key, observedAt, messageId, context } = claiming
  const traits = traitsOf(event, context)
  const spoken = spokenIdentifiers(event, { traits, context })
  const [record, hindrance] = recordOf(event, traits, claiming)
  const happened = happenedIn(event)
  return {
    leftOut: [
      ...spoken.flatMap(({ kind }) => (key.kinds.includes(kind) ? [] : { reason: 'kind_not_allowed', kind })),
      ...(hindrance === undefined ? [] : [hindrance]),
    ],
    message: {
      messageId: `${key.source}:${messageId}`,
      source: key.source,
      type: event.type === 'identify' || event.type === 'alias' ? 'identify' : 'track',
      observedAt,
      identifiers: spoken.filter(({ kind }) => key.kinds.includes(kind) && !(record !== undefined && isContact(kind))),
      ...(record === undefined ? {} : { record }),
      ...(happened === undefined ? {} : { event: happened }),
    },
  }
}

/** In a record they are claimed by standing there. */
function isContact(kind: Kind): boolean {
  return kind === 'email' || kind === 'phone'
}

type Described = readonly [record: { id: string; traits: Traits } | undefined, hindrance?: LeftOut]

/** What the traits describe: the source's record of that user. */
function recordOf(event: SegmentEvent, traits: Traits, { key, policy }: Claiming): Described {
  if (!describesMore(traits)) return [undefined]
  const id = idText(event.userId)
  if (id === undefined) return [undefined, { reason: 'traits_without_user_id' }]
  const known = Object.hasOwn(policy.sources, key.source) ? policy.sources[key.source] : undefined
  const missing = ['user_id', known?.account ?? 'record'].find((kind) => !key.kinds.includes(kind))
  if (missing !== undefined) return [undefined, { reason: 'traits_not_allowed', kind: missing }]
  const forbidden = (['email', 'phone'] as const).filter((kind) => !key.kinds.includes(kind))
  return [{ id, traits: forbidden.length === 0 ? traits : withoutContacts(traits, { forbidden, policy }) }]
}

/** Names are Segment's own for these calls, in the form of its e-commerce spec. */
function happenedIn(event: SegmentEvent): ObservationMessage['event'] {
  const { name, category } = event
  const properties = event.properties ?? {}
  switch (event.type) {
    case 'track':
      return { name: event.event ?? '', properties }
    case 'page':
      return { name: 'Page Viewed', properties: { ...properties, ...saidOf({ name, category }) } }
    case 'screen':
      return { name: 'Screen Viewed', properties: { ...properties, ...saidOf({ name, category }) } }
    case 'group':
      return { name: 'Group Joined', properties: { ...saidOf({ group_id: idText(event.groupId) }), ...named(event) } }
    default:
      return undefined
  }
}

function named({ traits }: SegmentEvent): object {
  return traits === null || traits === undefined ? {} : { traits }
}
