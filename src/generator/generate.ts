import { crmContact } from './crm-contact.ts'
import { type Household, householdFrom, type Person, personOf } from './household.ts'
import { loyaltyCard } from './loyalty-card.ts'
import type { Built, Scene, Truth } from './mention.ts'
import { type Act, planHousehold, type Slot } from './plan.ts'
import { posSale } from './pos-sale.ts'
import { randomOf } from './random.ts'
import { webClick } from './web-click.ts'
import { createWorld, type GenerateOptions, type World } from './world.ts'
import { type Written, writeFiles } from './write-files.ts'

export type { GenerateOptions } from './world.ts'

/** The source topics, in the order of their files. */
export const topics = ['web-click', 'pos-sale', 'crm-contact', 'loyalty-card'] as const
type Topic = (typeof topics)[number]

export interface Message {
  readonly topic: Topic
  readonly body: object
  /** It arrives hours or days after it happened. */
  readonly late: boolean
  /** It arrived before. */
  readonly redelivered: boolean
}

const builders: Readonly<Record<Act, readonly [Topic, (scene: Scene) => Built]>> = {
  browse: ['web-click', webClick],
  identify: ['web-click', webClick],
  sale: ['pos-sale', posSale],
  contact: ['crm-contact', crmContact],
  'delete-contact': ['crm-contact', crmContact],
  card: ['loyalty-card', loyaltyCard],
  'close-card': ['loyalty-card', loyaltyCard],
}

/** People whose plans of one window are in memory at once, about: the windows shrink as the world grows. */
const peopleInMemory = 12_000

/**
 * All messages in the order of their arrival: about 12 a person. Memory does not grow with the people: each window of
 * time plans every household anew and keeps what arrives in it.
 * @throws SelfsameError generator_options
 */
export function* generate(options: GenerateOptions): Generator<Message> {
  const world = createWorld(options)
  yield* messagesOf(world, Math.ceil(world.people / peopleInMemory))
}

/**
 * The same messages, people by people: of some `size` of them a whole year, then of the next. What a person has told by then
 * is alike at the end of each, however many there are before.
 * @throws SelfsameError generator_options
 */
export function* generateByPeople(options: GenerateOptions, size: number): Generator<Iterable<Message>> {
  const world = createWorld(options)
  for (let first = 0, until = 0; first < world.people; first = until) {
    // No household in two parts.
    while (until < Math.min(world.people, first + size)) until += householdFrom(world, until).members.length
    yield messagesOf(world, Math.ceil((until - first) / peopleInMemory), { first, until })
  }
}

interface Part {
  /** The number of the first person. */
  readonly first: number
  /** One past the last. */
  readonly until: number
}

/** The messages of a world, planned in that many windows of time: which shows in the memory taken, and nowhere else. */
export function* messagesOf(
  world: World,
  windows: number,
  part: Part = { first: 0, until: world.people },
): Generator<Message> {
  const width = (world.end - world.start) / windows
  for (let window = 0; window < windows; window++) {
    const from = window === 0 ? Number.NEGATIVE_INFINITY : world.start + window * width
    const until = window === windows - 1 ? Number.POSITIVE_INFINITY : world.start + (window + 1) * width
    const arrivals = [...arrivalsIn(world, part, { from, until })]
    // What arrives at once goes by its place in the plan, which no window changes.
    arrivals.sort((a, b) => a.at - b.at || a.order - b.order)
    for (const { first, slot, redelivered } of arrivals) {
      // Built again rather than kept: a window holds a few messages each of very many people.
      const household = householdFrom(world, first)
      const { body } = perform({ world, household, person: personOf(world, household, slot.position), slot })
      yield { topic: builders[slot.act][0], body, late: slot.late && !redelivered, redelivered }
    }
  }
}

interface Arrival {
  readonly at: number
  readonly order: number
  /** The number of the household's first person. */
  readonly first: number
  readonly slot: Slot
  readonly redelivered: boolean
}

function* arrivalsIn(
  world: World,
  part: Part,
  { from, until }: { readonly from: number; readonly until: number },
): Generator<Arrival> {
  const isIn = (at: number) => at >= from && at < until
  let order = 0
  for (const { first, slots } of households(world, part)) {
    for (const slot of slots) {
      order += 2
      const { arrival, again } = slot
      if (isIn(arrival)) yield { at: arrival, order, first, slot, redelivered: false }
      if (again !== undefined && isIn(again)) yield { at: again, order: order + 1, first, slot, redelivered: true }
    }
  }
}

function perform(scene: Omit<Scene, 'random'>): Built {
  const { world, person, slot } = scene
  const random = randomOf(world.seed, 'message', person.member.index, slot.number)
  return builders[slot.act][1]({ ...scene, random })
}

function* households(
  world: World,
  { first: start, until }: Part,
): Generator<{ first: number; household: Household; slots: readonly Slot[] }> {
  for (let first = start; first < until; ) {
    const household = householdFrom(world, first)
    yield { first, household, slots: planHousehold(world, household) }
    first += household.members.length
  }
}

/**
 * Every identifier that belongs to one person and that a message in force shows, in normal form, household by household.
 * What is left out and why: README.md beside this file.
 * @throws SelfsameError generator_options
 */
export function* truth(options: GenerateOptions): Generator<Truth> {
  const world = createWorld(options)
  for (const { household, slots } of households(world, { first: 0, until: world.people })) {
    const people = household.members.map((_, position) => personOf(world, household, position))
    const known = new Map<string, Truth>()
    const closed = new Set<string>()
    for (const slot of slots) {
      if (slot.act === 'browse') continue
      const person = people[slot.position] as Person
      for (const fact of perform({ world, household, person, slot }).proves) {
        known.set(`${fact.kind}:${fact.value}`, fact)
      }
      if (slot.act === 'close-card') closed.add(person.cardNumber)
    }
    for (const fact of known.values()) if (!closed.has(fact.value)) yield fact
  }
}

/**
 * Writes `web-click.ndjson`, `pos-sale.ndjson`, `crm-contact.ndjson`, `loyalty-card.ndjson` and `truth.csv` into the
 * folder, which is made if missing. No file appears before all are complete.
 * @throws SelfsameError generator_options, dataset_exists (nothing was touched), dataset_unwritable
 */
export function writeDataset(options: GenerateOptions, folder: string): Promise<Written> {
  return writeFiles({ folder, topics, messages: generate(options), truth: truth(options) })
}
