import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { score } from '../evaluation/score.ts'
import { generate, generateByPeople, type Message, messagesOf, truth } from './generate.ts'
import { identifiersIn, mergedOnEverything } from './read-identifiers.ts'
import { createWorld, day } from './world.ts'

const options = { people: 600, seed: 11 }
const messages = [...generate(options)]
const facts = [...truth(options)]
const start = Date.UTC(2025, 0, 1)

function digest(some: Iterable<Message>): string {
  const hash = createHash('sha256')
  for (const message of some) hash.update(JSON.stringify(message))
  return hash.digest('hex')
}

/** A message's own time, id and account or record. */
function read({ topic, body }: Message) {
  const { id, at, saleId, soldAt, changeId, changedAt, contactId, cardNumber } = body as Record<string, string>
  return { topic, id: id ?? saleId ?? changeId, at: Date.parse(at ?? soldAt ?? changedAt ?? ''), contactId, cardNumber }
}

describe('the streams', () => {
  test('the same options give the same messages, another seed others', () => {
    expect(digest(generate(options))).toBe(digest(messages))
    expect(digest(generate({ ...options, seed: 12 }))).not.toBe(digest(messages))
    expect([...truth(options)]).toEqual(facts)
  })

  test('the number of windows shows nowhere', () => {
    for (const windows of [1, 2, 17]) expect(digest(messagesOf(createWorld(options), windows))).toBe(digest(messages))
  })

  test('told people by people, it is what these people tell, each of them in one part', () => {
    const parts = [...generateByPeople(options, 150)].map((part) => [...part])
    expect(parts.length).toBeGreaterThan(1)
    const byText = (a: Message, b: Message) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
    expect(digest(parts.flat().sort(byText))).toBe(digest(messages.toSorted(byText)))
    const cards = parts.map((part) => new Set(part.flatMap((message) => read(message).cardNumber ?? [])))
    for (const [number, own] of cards.entries()) {
      expect(own.size).toBeGreaterThan(0)
      for (const others of cards.slice(number + 1)) expect(own.isDisjointFrom(others)).toBe(true)
    }
  })

  test('a start moves everything, and nothing depends on today', () => {
    const moved = [...generate({ ...options, start: '2019-06-01' })]
    const shift = Date.UTC(2019, 5, 1) - start
    expect(moved.map((message) => read(message).at)).toEqual(messages.map((message) => read(message).at + shift))
  })

  test('a person sends 10 to 13 messages in the twelve months, mostly clicks', () => {
    const clicks = messages.filter(({ topic }) => topic === 'web-click').length
    expect(messages.length / options.people).toBeGreaterThan(10)
    expect(messages.length / options.people).toBeLessThan(13)
    expect(clicks / messages.length).toBeGreaterThan(0.6)
    const times = messages.map((message) => read(message).at)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(start)
    expect(Math.max(...times)).toBeLessThan(start + 365 * day)
  })

  test('about a tenth is late and a twentieth comes twice, unchanged', () => {
    const late = messages.filter((message) => message.late)
    const again = messages.filter((message) => message.redelivered)
    expect(late.length / messages.length).toBeCloseTo(0.1, 1)
    expect(again.length / messages.length).toBeGreaterThan(0.035)
    expect(again.length / messages.length).toBeLessThan(0.065)
    const seen = new Map<string | undefined, string>()
    for (const message of messages) {
      const body = JSON.stringify(message.body)
      const { id } = read(message)
      expect(seen.get(id)).toBe(message.redelivered ? body : undefined)
      seen.set(id, body)
    }
  })

  test('what is on time stands in the order of its times', () => {
    const onTime = messages.filter(({ late, redelivered }) => !late && !redelivered).map((message) => read(message).at)
    expect(onTime).toEqual(onTime.toSorted((a, b) => a - b))
    const all = messages.filter(({ redelivered }) => !redelivered).map((message) => read(message).at)
    expect(all).not.toEqual(all.toSorted((a, b) => a - b))
  })

  test('contacts are corrected and deleted, cards closed, in that order of their times', () => {
    const versions = Map.groupBy(
      messages.filter(({ topic, redelivered }) => topic === 'crm-contact' && !redelivered),
      (message) => read(message).contactId,
    )
    const histories = [...versions.values()].map((each) => each.toSorted((a, b) => read(a).at - read(b).at))
    const deletions = histories.filter((each) => each.some(({ body }) => 'deleted' in body))
    expect(histories.filter((each) => each.length > 1).length).toBeGreaterThan(10)
    expect(deletions.length).toBeGreaterThan(0)
    for (const history of deletions) expect(history.at(-1)?.body).toHaveProperty('deleted', true)
    expect(messages.some(({ body }) => 'closed' in body)).toBe(true)
  })
})

describe('the truth', () => {
  const shown = new Map<string, number>()
  for (const message of messages) {
    for (const key of identifiersIn(message)) shown.set(key, (shown.get(key) ?? 0) + 1)
  }

  test('names each identifier once, in the form that the messages normalise to', () => {
    const keys = facts.map(({ kind, value }) => `${kind}:${value}`)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.filter((key) => !shown.has(key))).toEqual([])
    expect(new Set(facts.map(({ kind }) => kind))).toEqual(
      new Set(['cookie', 'user_id', 'email', 'phone', 'pos_account', 'crm_contact', 'loyalty_card']),
    )
  })

  test('knows nearly everybody, and most of what is shown', () => {
    expect(new Set(facts.map(({ person }) => person)).size).toBeGreaterThan(0.98 * options.people)
    expect(facts.length / shown.size).toBeGreaterThan(0.7)
  })

  test('leaves out what is shared: clerks, kiosks, devices of a household, placeholders, numbers that changed hands', () => {
    const world = createWorld(options)
    const keys = new Set(facts.map(({ kind, value }) => `${kind}:${value}`))
    const shared = ['email:noreply@shop.example', 'email:test@test.com', 'phone:+84900000000', 'phone:+84912345678']
    for (let store = 0; store < world.stores; store++) {
      for (let clerk = 0; clerk < world.clerksPerStore; clerk++) shared.push(`phone:${world.clerkPhone(store, clerk)}`)
      for (let terminal = 0; terminal < world.kiosksPerStore; terminal++) {
        shared.push(`cookie:${world.kiosk(store, terminal)}`)
      }
    }
    const recycled = Array.from({ length: options.people }, (_, person) => world.recycling(person)?.phone)
    for (const phone of recycled) if (phone !== undefined) shared.push(`phone:${phone}`)
    expect(shared.filter((key) => shown.has(key)).length).toBeGreaterThan(12)
    expect(shared.filter((key) => keys.has(key))).toEqual([])
  })
})

describe('how hard it is', () => {
  const judge = (given: typeof options & { noise?: number }) =>
    score(
      new Map([...truth(given)].map(({ kind, value, person }) => [`${kind}:${value}`, person])),
      mergedOnEverything(generate(given)),
    )

  test('without noise nothing misleads: merging on every identifier joins no two people', () => {
    const clean = judge({ ...options, noise: 0 })
    expect(clean.pairwise.precision).toBe(1)
    expect(clean.b_cubed.recall).toBeGreaterThan(0.75)
  })

  test('with it, merging on every identifier joins hundreds of strangers, and still misses a fifth', () => {
    const usual = judge({ people: 2000, seed: 5 })
    expect(usual.largest_cluster).toBeGreaterThan(80)
    expect(usual.pairwise.f1).toBeGreaterThan(0.3)
    expect(usual.pairwise.f1).toBeLessThan(0.6)
    expect(usual.pairwise.recall).toBeLessThan(0.85)
  })
})
