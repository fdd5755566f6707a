import type { Household, Member } from './household.ts'
import { below, between, chance, pick, type Random, randomOf, repeats, tickets } from './random.ts'
import { day, type World } from './world.ts'

export type Act = 'browse' | 'identify' | 'sale' | 'contact' | 'delete-contact' | 'card' | 'close-card'

/** One message to be: who does what when, and when it arrives. Cheap, because windows plan the same year many times. */
export interface Slot {
  readonly act: Act
  /** Position in the household. */
  readonly position: number
  /** Which of the person's browsers, store accounts or contacts. */
  readonly item: number
  /** Which version of the record. */
  readonly version: number
  /** Number of the slot in the person's year: its random numbers. */
  readonly number: number
  /** When it happened, milliseconds. */
  readonly at: number
  /** When it reaches the stream. */
  readonly arrival: number
  readonly late: boolean
  /** When it reaches the stream a second time. */
  readonly again: number | undefined
  /** No later version or deletion replaces it. Events always are. */
  readonly inForce: boolean
  readonly where: 'own' | 'family' | 'kiosk'
  /** A loyalty card is open at that time and shown. */
  readonly showsCard: boolean
}

type Deed = Pick<Slot, 'act' | 'item' | 'at'> & Partial<Pick<Slot, 'version' | 'inForce' | 'where' | 'showsCard'>>

/** Somebody's year while it is being planned. */
interface Year {
  readonly world: World
  readonly household: Household
  readonly member: Member
  readonly random: Random
  readonly add: (deed: Deed) => void
}

const browsers = tickets([
  [12, 0],
  [40, 1],
  [30, 2],
  [12, 3],
  [6, 4],
])
const accounts = tickets([
  [19, 0],
  [42, 1],
  [25, 2],
  [9, 3],
  [5, 4],
])
const contacts = tickets([
  [24, 0],
  [62, 1],
  [12, 2],
  [2, 3],
])

/** All that a household does in its year, in no order. */
export function planHousehold(world: World, household: Household): Slot[] {
  const slots: Slot[] = []
  for (let position = 0; position < household.members.length; position++) {
    const member = household.members[position] as Member
    const random = randomOf(world.seed, 'plan', member.index)
    const before = slots.length
    const add = (deed: Deed) => slots.push(deliver({ world, random, deed, position, number: slots.length - before }))
    const year = { world, household, member, random, add }
    planSales(year, planCard(year))
    planContacts(year)
    planWeb(year)
  }
  return slots
}

interface Delivery {
  readonly world: World
  readonly random: Random
  readonly deed: Deed
  readonly position: number
  readonly number: number
}

function deliver({ world, random, deed, position, number }: Delivery): Slot {
  const { act, item, at, version = 0, inForce = true, where = 'own', showsCard = false } = deed
  const late = chance(random, world.odds(0.105))
  const arrival = late ? at + 3_600_000 + exponential(random, 2 * day, 20 * day) : at
  const again = chance(random, world.odds(0.05)) ? arrival + 1000 + below(random, 3 * day) : undefined
  return { act, position, item, version, number, at, arrival, late, again, inForce, where, showsCard }
}

function planWeb({ world, household, member, random, add }: Year): void {
  for (let item = pick(random, browsers) - 1; item >= 0; item--) {
    const from = moment(world, random)
    const span = between(random, 1, 90) * day
    const inSpan = () => Math.min(world.end - 1, from + below(random, span))
    for (let visits = 1 + repeats(random, 0.72); visits > 0; visits--) add({ act: 'browse', item, at: inSpan() })
    if (!chance(random, 0.78)) continue
    for (let logins = 1 + repeats(random, 0.32); logins > 0; logins--) add({ act: 'identify', item, at: inSpan() })
  }
  if (household.device !== undefined && chance(random, member.dependant ? 0.85 : 0.6)) {
    for (let logins = 1 + repeats(random, 0.3); logins > 0; logins--) {
      add({ act: 'identify', item: 0, where: 'family', at: moment(world, random) })
    }
    if (chance(random, 0.5)) add({ act: 'browse', item: 0, where: 'family', at: moment(world, random) })
  }
  if (chance(random, world.odds(0.045))) {
    add({ act: 'identify', item: 0, where: 'kiosk', at: moment(world, random) })
  }
}

function planSales({ world, random, add }: Year, card: Term): void {
  for (let item = pick(random, accounts) - 1; item >= 0; item--) {
    for (let sales = 1 + repeats(random, 0.22); sales > 0; sales--) {
      const at = moment(world, random)
      const isOpen = at >= card.from && at < card.until
      add({ act: 'sale', item, at, showsCard: isOpen && chance(random, 0.42) })
    }
  }
}

function planContacts(year: Year): void {
  const { world, random } = year
  for (let item = pick(random, contacts) - 1; item >= 0; item--) {
    const made = moment(world, random)
    const changed = chance(random, 0.08) ? made + between(random, 1, 90) * day : undefined
    const isGone = chance(random, item > 0 ? 0.08 : 0.008)
    addVersions(year, { act: 'contact', item, made, changed, gone: isGone ? (changed ?? made) + 30 * day : undefined })
  }
}

/** From when until when a card is open, milliseconds. */
interface Term {
  readonly from: number
  readonly until: number
}

function planCard(year: Year): Term {
  const { world, member, random } = year
  const hasCard = chance(random, member.role === 'child' ? 0.45 : 0.65)
  if (!hasCard) return { from: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY }
  const made = moment(world, random)
  const changed = chance(random, 0.06) ? made + between(random, 1, 120) * day : undefined
  const gone = chance(random, 0.012) ? made + between(random, 121, 200) * day : undefined
  addVersions(year, { act: 'card', item: 0, made, changed, gone })
  return { from: made, until: gone ?? Number.POSITIVE_INFINITY }
}

interface Lifetime {
  readonly act: 'contact' | 'card'
  readonly item: number
  readonly made: number
  readonly changed: number | undefined
  readonly gone: number | undefined
}

/** The versions of a record. What would happen after the year does not happen. */
function addVersions({ world, add }: Year, { act, item, made, changed = world.end, gone = world.end }: Lifetime): void {
  const isChanged = changed < world.end
  const isGone = gone < world.end
  add({ act, item, at: made, inForce: !isChanged && !isGone })
  if (isChanged) add({ act, item, at: changed, version: 1, inForce: !isGone })
  if (isGone) add({ act: act === 'card' ? 'close-card' : 'delete-contact', item, at: gone, version: 2 })
}

/** A moment between 7 and 23 o'clock in Vietnam (UTC+7), most of them in the afternoon. */
function moment(world: World, random: Random): number {
  const date = world.start + below(random, 365) * day
  return date + Math.floor((random() + random()) * 8 * 3_600_000)
}

function exponential(random: Random, mean: number, limit: number): number {
  return Math.min(limit, Math.floor(-Math.log(1 - random()) * mean))
}
