import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiUnderTest, apiOver } from '../../test/api-under-test.ts'
import { card, contact, cookie, crm, groupRules, mail, phone, placeholder, together } from '../../test/decided-world.ts'
import { graphDigest } from '../../test/graph-digest.ts'
import { ask as askGraph, wipe } from '../../test/live.ts'
import { identifierKey } from '../identity/keys.ts'
import { createResolver } from '../resolver/resolver.ts'

const world = [
  together(1, mail, cookie),
  together(2, mail, phone),
  together(3, card),
  together(5, identifierKey('cookie', 'ck-2'), placeholder),
  contact('1', 1),
  contact('2', 1),
]

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiOver(async () => undefined, { rules: groupRules })
})
afterAll(() => api?.close())
beforeEach(async () => {
  await wipe(api.graph)
  await createResolver({ graph: api.graph, rules: groupRules }).apply({ observations: world })
})

const CHANGES = ['created', 'changed', 'split', 'absorbed', 'dissolved']
  .map((sort) => `${sort} { count customers { id sizeBefore sizeAfter before { key } after { key } into } }`)
  .join(' ')
const RESULT = `dryRun auditId known unresolved ${CHANGES}`
const GIVEN = '$reason: String!, $key: String!, $dry: Boolean! = false'
const HOW = 'reason: $reason, idempotencyKey: $key, dryRun: $dry'
const given = { reason: 'she showed both', key: 'k' }

const onPair = (command: string, a: string, b: string, more = '') => ({
  command,
  query: `mutation ($a: ID!, $b: ID!, ${GIVEN}) { done: ${command}(a: $a, b: $b, ${more} ${HOW}) { ${RESULT} } }`,
  variables: { a, b },
})
const onOne = (command: string, one: string) => ({
  command,
  query: `mutation ($one: ID!, ${GIVEN}) { done: ${command}(key: $one, ${HOW}) { ${RESULT} } }`,
  variables: { one },
})
const commands = [
  onPair('assertSame', card, phone),
  onPair('assertDifferent', phone, mail),
  onPair('withdrawAssertion', phone, mail),
  onOne('blockIdentifier', mail),
  onOne('allowIdentifier', placeholder),
  onOne('clearIdentifierDecision', mail),
  onPair('decideReview', crm('1'), crm('2'), 'answer: same,'),
]

async function done({ query, variables }: (typeof commands)[number], over: object = {}) {
  const answer = await api.ask(query, { ...variables, ...given, ...over })
  expect(answer.errors).toBeUndefined()
  return answer.data.done
}

const errorOf = async ({ query, variables }: (typeof commands)[number], over: object = {}) =>
  (await api.ask(query, { ...variables, ...given, ...over })).errors?.[0]

describe.each(commands)('$command', (command) => {
  test('dry, it answers what the real one answers, and writes nothing; again, the first answer', async () => {
    const before = await graphDigest(api.graph)
    const dry = await done(command, { dry: true })
    expect(await graphDigest(api.graph)).toBe(before)
    const real = await done(command)
    expect(real).toEqual({ ...dry, dryRun: false, auditId: expect.any(String) })
    const written = await graphDigest(api.graph)
    expect(await done(command)).toEqual(real)
    expect(await graphDigest(api.graph)).toBe(written)
  })

  test('with the same key for another reason it is refused; with a bad reason or key it is no command', async () => {
    await done(command)
    expect(await errorOf(command, { reason: 'another' })).toMatchObject({
      message: expect.stringContaining('idempotency key'),
      extensions: { code: 'CONFLICT', reason: 'idempotency_key_reused', remedy: expect.any(String) },
    })
    for (const over of [{ reason: '  ' }, { reason: 'x'.repeat(501) }, { key: '' }, { key: 'x'.repeat(101) }]) {
      expect(await errorOf(command, over)).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
    }
  })

  test('ten at once with one key are carried out once', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => done(command)))
    for (const one of all) expect(one).toEqual(all[0])
    const kept = await askGraph(api.graph, 'MATCH (e:AuditEntry) RETURN count(e) AS count')
    expect(kept).toEqual([{ count: 1 }])
  })
})

test('what changed is told in full', async () => {
  const { changed, absorbed, created, split, dissolved } = await done(onPair('assertSame', card, phone))
  const refs = (...keys: string[]) => keys.sort().map((key) => ({ key }))
  const joined = refs(mail, phone, cookie, card)
  expect(changed).toEqual({
    count: 1,
    customers: [
      {
        id: expect.any(String),
        sizeBefore: 3,
        sizeAfter: 4,
        before: refs(mail, phone, cookie),
        after: joined,
        into: [],
      },
    ],
  })
  expect(absorbed).toEqual({
    count: 1,
    customers: [
      {
        ...{ id: expect.any(String), sizeBefore: 1, sizeAfter: 0, before: refs(card), after: [] },
        into: [changed.customers[0].id],
      },
    ],
  })
  expect([created, split, dissolved]).toEqual(Array(3).fill({ count: 0, customers: [] }))
})

test('keys are read as a person writes them, and what is none is said without repeating it', async () => {
  const written = onPair('assertSame', 'loyalty_card: lc 1', 'phone:0868 964 818')
  expect((await done(written)).changed.count).toBe(1)
  expect(await done(onPair('assertSame', card, phone), { key: 'again' })).toMatchObject({ known: true })
  const error = await errorOf(onOne('blockIdentifier', 'phone:an@mail.vn'))
  expect(error).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  expect(JSON.stringify(error)).not.toContain('an@mail')
  expect(await errorOf(onPair('assertSame', mail, mail))).toMatchObject({
    extensions: { code: 'BAD_USER_INPUT', reason: 'same_identifier' },
  })
  expect(await errorOf(onPair('decideReview', mail, card, 'answer: unsure,'), { key: 'new' })).toMatchObject({
    extensions: { code: 'BAD_USER_INPUT', reason: 'not_in_review' },
  })
})

test('what is logged of commands holds no identifier and no reason', async () => {
  await done(onPair('assertSame', card, phone))
  await errorOf(onPair('assertSame', card, mail))
  const logged = api.logged.join()
  expect(logged).toContain('answered')
  for (const secret of [card, phone, mail, given.reason]) expect(logged).not.toContain(secret)
})

test('unsure, the pair stays and comes up last', async () => {
  const queue = async () =>
    (await api.ask('{ reviewQueue { a { key } b { key } probability unsure } }')).data.reviewQueue
  const pair = { a: { key: crm('1') }, b: { key: crm('2') }, probability: 0.7 }
  expect(await queue()).toEqual([{ ...pair, unsure: false }])
  await done(onPair('decideReview', crm('1'), crm('2'), 'answer: unsure,'))
  expect(await queue()).toEqual([{ ...pair, unsure: true }])
})

const TRAIL = `query ($subject: ID, $first: Int! = 20, $after: ID) { auditTrail(subject: $subject, first: $first, after: $after) {
  id at by role command reason idempotencyKey known subject { key } other { key }
  before { verdict customers { id size identifiers { key } } } after { verdict customers { id size identifiers { key } } }
} }`

test('the trail tells who, when, what, why, before and after, page by page and by subject', async () => {
  const since = new Date().toISOString()
  await done(onPair('assertSame', card, phone), { key: '1' })
  await done(onOne('blockIdentifier', mail), { key: '2' })
  const trail = async (variables: object) => (await api.ask(TRAIL, variables)).data.auditTrail
  const [blocked, asserted, ...others] = await trail({})
  expect(others).toEqual([])
  expect(asserted).toMatchObject({
    ...{
      by: 'test:admin',
      role: 'admin',
      command: 'assertSame',
      reason: given.reason,
      idempotencyKey: '1',
      known: false,
    },
    ...{ subject: { key: card }, other: { key: phone } },
  })
  expect(asserted.at >= since).toBe(true)
  expect(asserted.before).toMatchObject({ verdict: 'none', customers: [{ size: expect.any(Number) }, {}] })
  expect(asserted.before.customers.map(({ size }: { size: number }) => size).sort()).toEqual([1, 3])
  expect(asserted.after).toMatchObject({ verdict: 'same', customers: [{ size: 4 }] })
  expect(blocked).toMatchObject({ command: 'blockIdentifier', subject: { key: mail }, other: null })
  expect(await trail({ first: 1 })).toEqual([blocked])
  expect(await trail({ first: 1, after: blocked.id })).toEqual([asserted])
  expect(await trail({ subject: phone })).toEqual([asserted])
  expect(await trail({ subject: card, after: asserted.id })).toEqual([])
  expect(await trail({ first: -5 })).toEqual([])
})
