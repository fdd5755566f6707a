import { emailAddress } from '../../src/generator/email-addresses.ts'
import { pickFamily, pickName } from '../../src/generator/names.ts'
import { phoneNumber } from '../../src/generator/phone-numbers.ts'
import { pickAddress } from '../../src/generator/places.ts'
import { below, chance, hex, type Random, randomOf, uniqueHex } from '../../src/generator/random.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../../src/identity/keys.ts'
import type { IdentifierKey, Observation, Traits } from '../../src/identity/types.ts'

const SEED = 5
const START = Date.UTC(2025, 0, 1)
const YEAR_MS = 365 * 86_400_000
/** Households of one block: nothing links two blocks, so each has a truth of its own. */
const HOUSEHOLDS = 1000
/** Sales of a block on one clerk's phone: more than any policy takes for one customer's. */
const CLERK_SALES = 40

/** What sources said of a thousand made-up households, the `block`th of any number. */
export function blockOf(block: number): Observation[] {
  const observations: Observation[] = []
  for (let household = 0; household < HOUSEHOLDS; household += 1) {
    const number = block * HOUSEHOLDS + household
    const random = randomOf(SEED, 'novel', number)
    const share = random()
    if (share < 0.2) observations.push(event('web', random, [cookie(random)]))
    else if (share < 0.5) observations.push(...browsing(number, random))
    else if (share < 0.78) observations.push(...buying(number, random))
    else observations.push(...contacts(number, random))
  }
  return [...observations, ...clerk(block)]
}

/** One e-mail on one browser or two. */
function* browsing(number: number, random: Random): Generator<Observation> {
  const email = emailOf(number, random)
  yield event('web', random, [cookie(random), email])
  if (chance(random, 0.5)) yield event('web', random, [cookie(random), email])
}

/** A POS account with a phone, and mostly an e-mail. */
function* buying(number: number, random: Random): Generator<Observation> {
  const account = identifierKey('pos_account', `pos:${uniqueHex(SEED, number)}`)
  const email = chance(random, 2 / 3) ? [emailOf(number, random)] : []
  yield event('pos', random, [account, phoneOf(number), ...email])
}

/** A CRM contact with its row; now and then a father and a son with one phone, whom their birth dates keep apart. */
function* contacts(number: number, random: Random): Generator<Observation> {
  const phone = phoneOf(number)
  const email = emailOf(number, random)
  yield row(`${number}`, random, [phone, email], '1960-01-02')
  if (chance(random, 0.5)) yield event('web', random, [cookie(random), email])
  if (chance(random, 0.15)) yield row(`${number}-son`, random, [phone], '1991-11-13')
}

function* clerk(block: number): Generator<Observation> {
  const random = randomOf(SEED, 'novel', block, 1)
  const phone = phoneOf(-1 - block)
  for (let sale = 0; sale < CLERK_SALES; sale += 1) {
    yield event('pos', random, [identifierKey('pos_account', `pos:clerk-${block}-${sale}`), phone])
  }
}

function event(source: string, random: Random, keys: readonly IdentifierKey[]): Observation {
  const observedAt = START + below(random, YEAR_MS)
  return {
    ...{ messageId: hex(random), source, load: '', type: 'track', observedAt, recordedAt: observedAt + 1000 },
    identifiers: keys.toSorted(compareKeys).map(identifierOf),
  }
}

function row(id: string, random: Random, keys: readonly IdentifierKey[], birthday: string): Observation {
  const account = identifierKey('crm_contact', `crm:${id}`)
  const record = { key: recordKey('crm', id), id, account, traits: traitsOf(random, birthday) }
  return { ...event('crm', random, [account, ...keys]), type: 'record', record }
}

function traitsOf(random: Random, birthday: string): Traits {
  const { family, middle, given } = nameOf(random)
  const { street, city } = pickAddress(random)
  return {
    ...{ name: [family, middle, given].filter((part) => part !== '').join(' '), firstName: given, lastName: family },
    ...{ birthday, 'address.street': street, 'address.city': city, 'address.country': 'VN' },
  }
}

const nameOf = (random: Random) =>
  pickName(random, pickFamily(random), { woman: chance(random, 0.5), bornBefore1980: chance(random, 0.4) })
const phoneOf = (number: number) => identifierKey('phone', phoneNumber(SEED, number))
const emailOf = (number: number, random: Random) =>
  identifierKey('email', emailAddress(random, nameOf(random), { number, work: false }))
const cookie = (random: Random) => identifierKey('cookie', `ck-${hex(random)}${hex(random)}`)
