import { doubleMetaphone } from 'double-metaphone'
import type { Comparable } from './comparable.ts'
import { foldedWords } from './names.ts'
import { fullNames } from './nicknames.ts'

/**
 * Keys under which a record is looked for, each `rule:value`. Two records with one key in common are compared.
 * Each rule finds pairs that another loses to an error: names written wrong, birth dates, addresses. However much a record
 * says, they are fewer than a hundred, chosen by what it says alone.
 */
export function blockingKeys(record: Comparable): string[] {
  const words = foldedWords(record.names().all).slice(0, MOST_WORDS)
  const sounds = [...new Set(words.flatMap(soundsOf))].slice(0, MOST_SOUNDS)
  const keys = [
    ...(saysMoreThanNames(record) ? pairsOf(sounds).map((pair) => `names:${pair}`) : []),
    ...birthKeys(record, sounds),
    ...addressKeys(record, sounds),
    ...contactKeys(record),
    ...freeKeys(record),
  ]
  return [...new Set(keys)]
}

/**
 * The same for whoever learns, to whom a birth date alone is not loose: of names nothing is learned from pairs that a name
 * has proposed. To look for customers those are too many: of a million records that tell one, some 40 share each.
 */
export function keysToLearnBy(record: Comparable): string[] {
  return blockingKeys(record).map((key) => key.replace(/^birth:/, 'birth_date:'))
}

/** The rule of a key. Names of traits may hold a colon, their folded texts none; of other keys it is the other way. */
export function ruleOf(key: string): string {
  return key.slice(0, key.startsWith('free ') ? key.lastIndexOf(':') : key.indexOf(':'))
}

/**
 * Whether ever more strangers share a key the more records there are: a birth date, parts of one with names, parts of an
 * address. Such a block proposes pairs while it is small; who is one customer shares others as well.
 */
export function isLoose(key: string): boolean {
  return LOOSE.has(ruleOf(key))
}

/** What a pair that a rule proposes agrees in by design: nothing can be learned of it from such pairs. */
export function comparisonsOfRule(rule: string): readonly string[] {
  return RULES[rule] ?? [rule]
}

const NAMES = ['given_name', 'family_name', 'full_name', 'name_order']
const PLACES = ['address', 'city', 'region']
const RULES: Readonly<Record<string, readonly string[]>> = {
  names: NAMES,
  birth: ['birth_date'],
  birth_name: ['birth_date', ...NAMES],
  birth_part: ['birth_date', ...NAMES],
  address: PLACES,
  address_part: PLACES,
  address_name: [...PLACES, ...NAMES],
  email: ['email', ...NAMES],
  phone: ['phone'],
}

const LOOSE = new Set(['birth', 'birth_part', 'address_part'])

const MOST_WORDS = 5
const MOST_SOUNDS = 6
const SHORTEST_TEXT = 4
const PHONE_TAIL = 7
const MOST_PHONES = 5
/** Of traits without a role: the first by name, so that records of one source are looked for by the same. */
const MOST_FREE = 20

/** Names alone make nobody the same, see `mostNameBits`: who says nothing else is looked for by other keys, or not at all. */
function saysMoreThanNames({ birth, email, phones, street, postalCode, free }: Comparable): boolean {
  return birth !== undefined || email !== undefined || phones.length > 0 || street + postalCode !== '' || free.size > 0
}

/** How a word sounds, and the name it is short for; digits and single letters as they are. */
function soundsOf(word: string): string[] {
  return [...new Set([word, ...fullNames(word)].map(soundOf))]
}

function soundOf(word: string): string {
  const [sound] = doubleMetaphone(word)
  return sound === '' || word.length < 2 ? word : sound
}

function birthKeys({ birth }: Comparable, sounds: readonly string[]): string[] {
  if (birth === undefined) return []
  const whole = [`birth:${birth.text}`, ...sounds.map((sound) => `birth_name:${birth.text} ${sound}`)]
  if (!birth.isDate) return whole
  const [year, month, day] = [birth.text.slice(0, 4), birth.text.slice(4, 6), birth.text.slice(6)]
  const parts = [`${year}-${month}-`, `${year}--${day}`, `-${month}-${day}`]
  // Three words or more are one name: each alone, or each pair, costs many keys and proposes strangers above all.
  const names = sounds.length > 2 ? [sounds.toSorted().join(' ')] : sounds
  return [...whole, ...names.flatMap((name) => parts.map((part) => `birth_part:${part} ${name}`))]
}

function addressKeys({ street, houseNumber, unit, postalCode, city }: Comparable, sounds: readonly string[]): string[] {
  const place = postalCode || city
  const hasHouse = street !== '' && houseNumber !== ''
  return [
    ...(hasHouse && place !== '' ? [`address:${street} ${houseNumber} ${place}`] : []),
    ...(hasHouse ? [`address_part:${street} ${houseNumber}`] : []),
    ...(street !== '' && postalCode !== '' ? [`address_part:${street} ${postalCode}`] : []),
    ...(unit !== '' && postalCode !== '' ? [`address_part:${unit} ${postalCode}`] : []),
    ...(place === '' ? [] : sounds.map((sound) => `address_name:${place} ${sound}`)),
  ]
}

function contactKeys({ email, phones }: Comparable): string[] {
  return [
    ...(email ? [`email:${email.local}`, ...(email.domain === '' ? [] : [`email:@${email.domain}`])] : []),
    ...phones.slice(0, MOST_PHONES).map((phone) => `phone:${phone.slice(-PHONE_TAIL)}`),
  ]
}

function freeKeys({ free }: Comparable): string[] {
  const long = [...free].filter(([, text]) => text.length >= SHORTEST_TEXT)
  return long.slice(0, MOST_FREE).map(([trait, text]) => `free ${trait}:${text}`)
}

/** Unordered pairs of different texts, each written in order. */
function pairsOf(texts: readonly string[]): string[] {
  const sorted = texts.toSorted()
  return sorted.flatMap((one, index) => sorted.slice(index + 1).map((other) => `${one} ${other}`))
}
