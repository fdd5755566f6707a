import { SelfsameError } from '../errors.ts'
import { phoneNumber } from './phone-numbers.ts'
import { below, randomOf, uniqueHex } from './random.ts'

export const day = 86_400_000

/** What to generate. The same options give the same messages, byte for byte. */
export interface GenerateOptions {
  /** How many people live in it, 1 to 10,000,000. */
  readonly people: number
  /** Any safe integer from 0. */
  readonly seed: number
  /** When the twelve months begin, ISO 8601. Default 2025-01-01. */
  readonly start?: string
  /** Scales how often anything misleads (sharing, placeholders, slips, late and repeated messages). Default 1; 0 is a clean world. */
  readonly noise?: number
}

/** What all households have in common. Made once, read only. */
export interface World {
  readonly seed: number
  readonly people: number
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
  readonly stores: number
  /** A probability of noise, scaled. */
  readonly odds: (probability: number) => number
  /** A clerk's own phone, E.164, as one of those who work in that store. */
  readonly clerkPhone: (store: number, clerk: number) => string
  /** The cookie of a store's public terminal. */
  readonly kiosk: (store: number, terminal: number) => string
  /** How many clerks of a store type their own phone, and how many terminals it has: a hub serves about so many people at any size. */
  readonly clerksPerStore: number
  readonly kiosksPerStore: number
  /** Whether the person gives up or takes over somebody's number, or neither. */
  readonly recycling: (person: number) => Recycling | undefined
}

/** A phone number that changes hands: the donor has it until `leaves`, the receiver from `returns`. */
interface Recycling {
  readonly role: 'donor' | 'receiver'
  readonly phone: string
  readonly leaves: number
  readonly returns: number
}

/**
 * @throws SelfsameError generator_options when a number or the date is out of range.
 */
export function createWorld({ people, seed, start = '2025-01-01', noise = 1 }: GenerateOptions): World {
  const from = Date.parse(start)
  check(Number.isInteger(people) && people >= 1 && people <= 10_000_000, 'people is a whole number, 1 to 10,000,000')
  check(Number.isSafeInteger(seed) && seed >= 0, 'seed is a whole number from 0 to 2^53 - 1')
  check(Number.isFinite(noise) && noise >= 0 && noise <= 10, 'noise is a number from 0 to 10')
  check(Number.isFinite(from), 'start is a date as ISO 8601, such as 2025-01-01')
  const odds = (probability: number) => Math.min(0.95, probability * noise)
  const stores = Math.min(2000, Math.max(3, Math.round(people / 120)))
  const perStore = (peopleEach: number) => Math.max(1, Math.ceil(people / stores / peopleEach))
  const clerksPerStore = perStore(130)
  const kiosksPerStore = perStore(250)
  return {
    seed,
    people,
    start: from,
    end: from + 365 * day,
    stores,
    odds,
    clerksPerStore,
    kiosksPerStore,
    clerkPhone: (store, clerk) => phoneNumber(seed, -1 - (store * clerksPerStore + clerk)),
    kiosk: (store, terminal) => `kiosk-${uniqueHex(seed, store * kiosksPerStore + terminal)}`,
    recycling: (person) => recyclingOf({ seed, start: from, odds }, person),
  }
}

const block = 120

/** In each block of 120 people one number may change hands: from somebody in its first half to somebody in its last third. */
function recyclingOf(world: Pick<World, 'seed' | 'start' | 'odds'>, person: number): Recycling | undefined {
  const first = person - (person % block)
  const random = randomOf(world.seed, 'recycling', first / block)
  if (random() >= world.odds(0.9)) return undefined
  const donor = first + below(random, block / 2)
  const receiver = first + (2 * block) / 3 + below(random, block / 3)
  if (person !== donor && person !== receiver) return undefined
  const leaves = world.start + (60 + below(random, 150)) * day
  return {
    role: person === donor ? 'donor' : 'receiver',
    phone: phoneNumber(world.seed, 2 * donor),
    leaves,
    returns: leaves + 60 * day,
  }
}

function check(holds: boolean, rule: string): void {
  if (!holds)
    throw new SelfsameError('generator_options', `cannot generate: ${rule}`, { remedy: 'Correct that option.' })
}
