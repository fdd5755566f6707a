import type { CurrentRecord, Description } from '../identity/facts.ts'
import { fold } from '../identity/fold.ts'
import { compareKeys } from '../identity/keys.ts'
import type { Policy } from '../identity/policy.ts'
import { once, remembered, rememberedValues } from '../identity/remember.ts'
import type { TraitRole } from '../identity/trait-roles.ts'
import type { RecordKey } from '../identity/types.ts'
import { type Name, nameOf, nameOfWords } from './names.ts'
import { roleOfTrait } from './role-of-trait.ts'
import { digitsOf } from './text.ts'

/** A record as it is compared: folded, cut into parts. Empty where nothing is said. */
export interface Comparable {
  readonly key: RecordKey
  /** Whether it says any name. */
  readonly isNamed: boolean
  /** Cut into words when somebody asks: most strangers are told apart by all else, and names take longest. */
  readonly names: () => Names
  readonly birth: BirthDate | undefined
  readonly gender: string
  readonly email: { readonly local: string; readonly domain: string } | undefined
  /** National digits, at most the last nine. */
  readonly phones: readonly string[]
  readonly street: string
  readonly houseNumber: string
  readonly unit: string
  readonly postalCode: string
  readonly city: string
  readonly region: string
  /** What no role fits, by trait, in the order of their names. */
  readonly free: ReadonlyMap<string, string>
}

export interface Names {
  readonly given: Name
  readonly family: Name
  /** All words, whichever traits they came from. */
  readonly all: Name
}

export interface BirthDate {
  /** `yyyymmdd` where it reads as a date, else its letters and digits. */
  readonly text: string
  readonly isDate: boolean
}

const PHONE_DIGITS = 9

const foldedTrait = rememberedValues(fold)

/** `roles` are the policy's words on what a trait is about, over what its name tells. */
export function comparableOf(
  { key, fields }: Pick<CurrentRecord, 'key' | 'fields'>,
  roles: Readonly<Record<string, TraitRole>> = {},
): Comparable {
  const values = new Map<TraitRole, string[]>()
  const free = new Map<string, string>()
  for (const path of Object.keys(fields).sort(compareKeys)) {
    const value = fields[path]?.value ?? ''
    const role = roles[path] ?? roleOfTrait(path)
    if (role === 'free') addFree(free, path, value)
    else values.set(role, [...(values.get(role) ?? []), value])
  }
  const text = (role: TraitRole) => (values.get(role) ?? []).join(' ')
  const folded = (role: TraitRole) => foldedTrait(text(role))
  const [given, family, full] = [text('given_name'), text('family_name'), text('full_name')]
  const { street, houseNumber } = streetOf(folded('street'), folded('house_number'))
  return {
    ...{ key, free, street, houseNumber },
    isNamed: given !== '' || family !== '' || full !== '',
    names: once(() => namesOf(given, family, full)),
    birth: birthDateOf(values.get('birth_date')?.[0]),
    gender: folded('gender').slice(0, 1),
    email: emailOf(values.get('email')?.[0]),
    phones: (values.get('phone') ?? [])
      .map((phone) => digitsOf(phone).slice(-PHONE_DIGITS))
      .filter((phone) => phone !== ''),
    ...{ unit: folded('unit'), postalCode: folded('postal_code').replaceAll(' ', '') },
    ...{ city: folded('city'), region: folded('region') },
  }
}

function namesOf(given: string, family: string, full: string): Names {
  const names = { given: nameOf(given), family: nameOf(family), all: nameOf(full) }
  if (names.all.words.length > 0) return names
  return { ...names, all: nameOfWords([...names.given.words, ...names.family.words]) }
}

const comparables = remembered(({ traits }: Policy['matching']) =>
  remembered((record: Description) => comparableOf(record, traits)),
)

/** `comparableOf` by a policy, once a record as long as that is kept: it is compared with many. */
export function rememberedComparables({ matching }: Pick<Policy, 'matching'>): (record: Description) => Comparable {
  return comparables(matching)
}

function addFree(free: Map<string, string>, path: string, value: string): void {
  const folded = fold(value)
  if (folded !== '') free.set(path, folded)
}

/** A number that the street begins or ends with is the house's. */
function streetOf(street: string, houseNumber: string): { street: string; houseNumber: string } {
  if (houseNumber !== '') return { street, houseNumber }
  const [, before, name, after] = /^(\d\w*)?\s*(.*?)\s*(\d\w*)?$/.exec(street) ?? []
  return { street: name || street, houseNumber: before ?? after ?? '' }
}

const ISO = /^(\d{4})-?(\d\d)-?(\d\d)$/

function birthDateOf(value: string | undefined): BirthDate | undefined {
  if (value === undefined) return undefined
  const parts = ISO.exec(value.trim())
  if (parts !== null) return { text: parts.slice(1).join(''), isDate: true }
  const text = fold(value).replaceAll(' ', '')
  return text === '' ? undefined : { text, isDate: false }
}

function emailOf(value: string | undefined): Comparable['email'] {
  const [local, domain] = (value ?? '').trim().toLowerCase().split('@')
  return local ? { local, domain: domain ?? '' } : undefined
}
