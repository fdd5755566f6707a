import type { Policy } from '../../src/identity/policy.ts'
import { roleOfTrait } from '../../src/matching/role-of-trait.ts'
import type { SegmentContext, SegmentEvent } from './segment-event.ts'

export type Traits = Readonly<Record<string, unknown>>

/** What an event says of its user: those of a group call are the group's. What stands nearer to the event counts. */
export function traitsOf(event: SegmentEvent, context: SegmentContext | null | undefined): Traits {
  const own = event.type === 'group' ? undefined : event.traits
  const traits: Record<string, unknown> = { ...context?.traits, ...event.context?.traits, ...own }
  // Numbers are no contacts where observations are read.
  for (const contact of ['email', 'phone']) {
    if (typeof traits[contact] === 'number') traits[contact] = String(traits[contact])
  }
  return traits
}

/** Whether there is anything beside the contacts, which are identifiers themselves. */
export function describesMore(traits: Traits): boolean {
  return Object.keys(traits).some((name) => name !== 'email' && name !== 'phone')
}

/**
 * The traits without those that are e-mail addresses or phones, by whatever name and at whatever depth matching would
 * know them. What is left is no deeper than what came, which is bounded.
 */
export function withoutContacts(
  traits: Traits,
  options: { readonly forbidden: readonly ('email' | 'phone')[]; readonly policy: Policy },
  path = '',
): Traits {
  const kept = Object.entries(traits).flatMap(([name, value]): [string, unknown][] => {
    const here = path === '' ? name : `${path}.${name}`
    if (isContact(here, options)) return []
    return [[name, isFields(value) ? withoutContacts(value, options, here) : value]]
  })
  return Object.fromEntries(kept)
}

function isContact(
  path: string,
  { forbidden, policy }: { readonly forbidden: readonly string[]; readonly policy: Policy },
): boolean {
  const declared = policy.matching.traits
  const role = Object.hasOwn(declared, path) ? declared[path] : undefined
  return forbidden.some((contact) => contact === (role ?? roleOfTrait(path)))
}

/** A list too: its parts are traits of their own, by their number. */
function isFields(value: unknown): value is Traits {
  return typeof value === 'object' && value !== null
}
