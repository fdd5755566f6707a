import { mistypeEmail, placeholderEmails, writeEmail } from './email-addresses.ts'
import type { Household, Person } from './household.ts'
import { mistypePhone, placeholderPhones, writePhone } from './phone-numbers.ts'
import type { Slot } from './plan.ts'
import { chance, pick, type Random } from './random.ts'
import type { World } from './world.ts'

/** An identifier, in normal form, and the person it truly belongs to. */
export interface Truth {
  readonly kind: string
  readonly value: string
  readonly person: string
}

/** What a message is made from. `random` is the message's own: building it twice gives the same. */
export interface Scene {
  readonly world: World
  readonly household: Household
  readonly person: Person
  readonly slot: Slot
  readonly random: Random
}

/** A message's body, and what it proves about who identifiers belong to. */
export interface Built {
  /** What is undefined in it is not sent: JSON leaves it out. */
  readonly body: object
  readonly proves: readonly Truth[]
}

/** An identifier as it is written in a message. It proves nothing where it is shared, borrowed or misspelt. */
export interface Mention {
  readonly written: string | undefined
  readonly proves: readonly Truth[]
}

export const silent: Mention = { written: undefined, proves: [] }

const personId = (index: number): string => `p${index}`

/** That a value, in normal form, is the person's own. */
export const own = (kind: string, value: string, person: Person): Truth => ({
  kind,
  value,
  person: personId(person.member.index),
})

/** The person's phone as they give it then: their own, a parent's, one they took over, or one with a slip. */
export function mentionPhone({ world, person, slot }: Scene, random: Random, slips: number): Mention {
  const phone = person.phoneAt(slot.at)
  if (chance(random, world.odds(slips))) return { written: mistypePhone(random, phone.number), proves: [] }
  const proves =
    phone.owner === undefined ? [] : [{ kind: 'phone', value: phone.number, person: personId(phone.owner) }]
  return { written: writePhone(random, phone.number), proves }
}

/** The person's e-mail, sometimes the one at work; silence if they have none. */
export function mentionEmail({ world, person }: Scene, random: Random, slips: number): Mention {
  const email = person.workEmail !== undefined && chance(random, 0.35) ? person.workEmail : person.email
  if (email === undefined) return silent
  if (chance(random, world.odds(slips))) return { written: mistypeEmail(random, email), proves: [] }
  return { written: writeEmail(random, email), proves: [own('email', email, person)] }
}

export const placeholderPhone = (random: Random): Mention => ({ written: pick(random, placeholderPhones), proves: [] })
export const placeholderEmail = (random: Random): Mention => ({ written: pick(random, placeholderEmails), proves: [] })

/** An instant as ISO 8601, UTC. */
export const iso = (at: number): string => new Date(at).toISOString()
