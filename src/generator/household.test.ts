import { expect, test } from 'vitest'
import { type Household, householdFrom, personOf } from './household.ts'
import { createWorld, type GenerateOptions } from './world.ts'

function households(options: GenerateOptions): Household[] {
  const world = createWorld(options)
  const all: Household[] = []
  for (let first = 0; first < world.people; first += all.at(-1)?.members.length ?? 0) {
    all.push(householdFrom(world, first))
  }
  return all
}

const options = { people: 3000, seed: 4 }
const world = createWorld(options)
const homes = households(options)
const people = homes.flatMap((home) => home.members.map((_, position) => personOf(world, home, position)))

test('everybody lives in one household', () => {
  expect(people.map(({ member }) => member.index)).toEqual(Array.from({ length: options.people }, (_, index) => index))
})

test('a family lives at one address and shares a device; children carry the family name, wives their own', () => {
  const families = homes.filter(({ members }) => members.length === 4)
  expect(families.length).toBeGreaterThan(100)
  expect(families.filter(({ device }) => device !== undefined).length / families.length).toBeCloseTo(0.5, 1)
  for (const home of families) {
    const [husband, wife, child] = home.members.map((_, position) => personOf(world, home, position))
    expect(child?.name.family).toBe(husband?.name.family)
    expect(wife?.name.family).toBe(home.families[1])
    expect(Number(child?.birthday.slice(0, 4))).toBeGreaterThan(Number(husband?.birthday.slice(0, 4)) + 20)
  }
})

test("a dependant gives the parent's phone, and it is the parent's", () => {
  const dependants = people.filter(({ member }) => member.dependant)
  expect(dependants.length).toBeGreaterThan(30)
  for (const { member, phoneAt } of dependants) {
    const { owner } = phoneAt(world.start)
    const home = homes.find(
      ({ members }) => members.includes(member) || members.some(({ index }) => index === member.index),
    )
    const guardian = home?.members[home.guardian]
    expect(guardian?.dependant).toBe(false)
    expect(owner === guardian?.index || owner === undefined).toBe(true)
  }
})

test('a recycled number passes from the donor to the receiver after a pause, and is nobody’s', () => {
  let passed = 0
  for (const { member, phoneAt } of people) {
    const recycling = world.recycling(member.index)
    if (recycling === undefined || member.dependant) continue
    const { role, phone, leaves, returns } = recycling
    const holds = (at: number) => phoneAt(at).number === phone
    expect([holds(leaves - 1), holds(leaves), holds(returns - 1), holds(returns)]).toEqual(
      role === 'donor' ? [true, false, false, false] : [false, false, false, true],
    )
    expect(phoneAt(role === 'donor' ? world.start : world.end).owner).toBeUndefined()
    if (role === 'receiver') passed++
  }
  expect(passed).toBeGreaterThan(15)
})

test('otherwise no two people have one phone', () => {
  const own = people.filter(({ member }) => !member.dependant && world.recycling(member.index) === undefined)
  expect(new Set(own.map(({ phoneAt }) => phoneAt(world.start).number)).size).toBe(own.length)
})

test('options out of range are refused with their rule', () => {
  for (const wrong of [{ people: 0 }, { people: 1.5 }, { seed: -1 }, { noise: Number.NaN }, { start: 'soon' }]) {
    expect(() => createWorld({ ...options, ...wrong })).toThrow(expect.objectContaining({ code: 'generator_options' }))
  }
})
