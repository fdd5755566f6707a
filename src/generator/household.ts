import { emailAddress } from './email-addresses.ts'
import { type FullName, pickFamily, pickName } from './names.ts'
import { phoneNumber } from './phone-numbers.ts'
import { type Address, pickAddress } from './places.ts'
import { below, between, chance, hex, pick, randomOf, tickets, uniqueHex } from './random.ts'
import { day, type World } from './world.ts'

type Role = 'husband' | 'wife' | 'single' | 'child' | 'elder'

/** What decides a person's habits: enough to plan the year without knowing the name. */
export interface Member {
  /** The person's number in the world. */
  readonly index: number
  readonly role: Role
  readonly woman: boolean
  readonly birthYear: number
  /** Gives the guardian's phone for their own. */
  readonly dependant: boolean
}

export interface Household {
  readonly members: readonly Member[]
  /** Position of the parent whose phone the dependants give. */
  readonly guardian: number
  /** Numbers of the stores it shops at, the nearest first. */
  readonly stores: readonly [number, number]
  /** The cookie of the device they share, if they have one. */
  readonly device: string | undefined
  readonly address: Address
  /** Family names of the husband's (or single's) and the wife's side. */
  readonly families: readonly [string, string]
}

/** A phone and whose it is: nobody's where it changed hands. */
interface Phone {
  readonly number: string
  readonly owner: number | undefined
}

/** A person, complete. */
export interface Person {
  readonly member: Member
  readonly name: FullName
  /** yyyy-mm-dd */
  readonly birthday: string
  readonly address: Address
  readonly email: string | undefined
  readonly workEmail: string | undefined
  readonly userId: string | undefined
  readonly cardNumber: string
  /** The phone this person would give at that time (milliseconds). */
  readonly phoneAt: (at: number) => Phone
}

const shapes = tickets<readonly Role[]>([
  [27, ['single']],
  [19, ['husband', 'wife']],
  [5, ['wife', 'child']],
  [18, ['husband', 'wife', 'child']],
  [4, ['husband', 'wife', 'elder']],
  [19, ['husband', 'wife', 'child', 'child']],
  [8, ['husband', 'wife', 'child', 'child', 'elder']],
])

/** The household whose first person has that number. Households follow each other until all people live somewhere. */
export function householdFrom(world: World, first: number): Household {
  const random = randomOf(world.seed, 'household', first)
  const roles = pick(random, shapes).slice(0, world.people - first)
  // Parents are more than twenty when a child is born, and no customer is younger than eleven.
  const eldest = between(random, 1958, roles.includes('child') ? 1988 : 2003)
  const members = roles.map((role, position): Member => {
    const birthYear = birthYearOf(role, eldest, between(random, 22, 34))
    const young = role === 'child' && birthYear > 2006
    return {
      index: first + position,
      role,
      birthYear,
      woman: role === 'wife' || (role !== 'husband' && chance(random, 0.5)),
      dependant: position > 0 && chance(random, world.odds(young ? 0.35 : role === 'elder' ? 0.2 : 0)),
    }
  })
  const home = below(random, world.stores)
  return {
    members,
    guardian: roles[1] === 'wife' ? below(random, 2) : 0,
    stores: [home, (home + 1 + below(random, world.stores - 1)) % world.stores],
    device: members.length > 1 && chance(random, world.odds(0.5)) ? cookieOf(world, first, -1) : undefined,
    address: pickAddress(random),
    families: [pickFamily(random), pickFamily(random)],
  }
}

function birthYearOf(role: Role, eldest: number, generation: number): number {
  if (role === 'child') return Math.min(2013, Math.max(eldest, 1975) + generation)
  if (role === 'elder') return Math.max(1932, eldest - generation)
  return role === 'wife' ? Math.min(2003, eldest + (generation % 7) - 1) : eldest
}

/** The cookie of somebody's nth browser; -1 is the household's. */
export function cookieOf(world: World, person: number, browser: number): string {
  const random = randomOf(world.seed, 'person', person, 1000 + browser)
  return `ck-${hex(random)}${hex(random)}`
}

/** The person at that position of the household. */
export function personOf(world: World, household: Household, position: number): Person {
  const member = household.members[position] as Member
  const { index, woman, birthYear } = member
  const random = randomOf(world.seed, 'person', index)
  const name = pickName(random, familyOf(household, member), { woman, bornBefore1980: birthYear < 1980 })
  const hasEmail = chance(random, member.dependant ? 0.5 : 0.98)
  const moved = chance(random, 0.03)
  return {
    member,
    name,
    birthday: `${birthYear}-${twoDigits(between(random, 1, 12))}-${twoDigits(between(random, 1, 28))}`,
    address: moved ? pickAddress(random) : household.address,
    email: hasEmail ? emailAddress(random, name, { number: index, work: false }) : undefined,
    workEmail: chance(random, 0.07) ? emailAddress(random, name, { number: index, work: true }) : undefined,
    userId: hasEmail && chance(random, 0.35) ? `u-${uniqueHex(world.seed, index)}` : undefined,
    cardNumber: `LC${String(Number.parseInt(uniqueHex(~world.seed, index), 16)).padStart(10, '0')}`,
    phoneAt: phoneOf(world, household, member, { changes: chance(random, 0.03), change: between(random, 30, 330) }),
  }
}

function familyOf({ families }: Household, { role, woman }: Member): string {
  // Wives keep their name; children and the husband's father carry his.
  return role === 'wife' || (role === 'elder' && woman) ? families[1] : families[0]
}

function phoneOf(
  world: World,
  household: Household,
  member: Member,
  { changes, change }: { changes: boolean; change: number },
): (at: number) => Phone {
  const guardian = household.members[household.guardian]
  if (member.dependant && guardian !== undefined && guardian !== member) {
    return phoneOf(world, household, guardian, { changes: false, change })
  }
  const first = { number: phoneNumber(world.seed, 2 * member.index), owner: member.index }
  const second = { number: phoneNumber(world.seed, 2 * member.index + 1), owner: member.index }
  const recycling = world.recycling(member.index)
  if (recycling !== undefined) {
    const passed = { number: recycling.phone, owner: undefined }
    return recycling.role === 'donor'
      ? (at) => (at < recycling.leaves ? passed : second)
      : (at) => (at < recycling.returns ? first : passed)
  }
  return (at) => (changes && at >= world.start + change * day ? second : first)
}

const twoDigits = (number: number): string => String(number).padStart(2, '0')
