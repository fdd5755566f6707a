import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiUnderTest, apiOver } from '../../test/api-under-test.ts'
import { graphDigest } from '../../test/graph-digest.ts'
import { rules as plainRules } from '../../test/live.ts'
import { DAY, event } from '../../test/told.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import type { IdentifierKey, Observation } from '../identity/types.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import { createMatching } from '../matching/matching.ts'
import { createResolver } from '../resolver/resolver.ts'

const plain = plainRules()
const rules = { ...plain, matching: createMatching(defaultWeights, plain.policy) }
const email = (name: string) => identifierKey('email', `${name}@mail.vn`)
const crm = (id: string) => identifierKey('crm_contact', `crm:${id}`)
const kiosk = identifierKey('cookie', 'kiosk')

const together = (...keys: IdentifierKey[]) =>
  event({ observedAt: DAY, identifiers: keys.sort(compareKeys).map(identifierOf) })
function contact(id: string): Observation {
  const traits = { name: 'Nguyễn Văn An', birthday: '1990-02-14' }
  return { ...together(crm(id)), source: 'crm', type: 'record', record: { ...recordOf(id), traits } }
}
const recordOf = (id: string) => ({ key: recordKey('crm', id), id, account: crm(id) })

/** A kiosk's cookie saw two e-mails; two contacts are linked since they are alike; many cookies see one e-mail each. */
const world = [
  ...['a', 'b'].map((name) => together(kiosk, email(name))),
  ...['1', '2'].map(contact),
  ...Array.from({ length: 3000 }, (_, n) => together(identifierKey('cookie', `ck-${n}`), email(`m${n}`))),
]

let api: ApiUnderTest
beforeAll(async () => {
  const seed = async (graph: ApiUnderTest['graph']) => {
    await createResolver({ graph, rules }).apply({ observations: world })
  }
  api = await apiOver(seed, { rules })
})
afterAll(() => api?.close())

const CHANGES = ['created', 'changed', 'split', 'absorbed', 'dissolved']
  .map((sort) => `${sort} { count customers { id before { key } after { key } into } }`)
  .join(' ')
const ASK = `query ($assertion: AssertionInput, $policy: PolicyInput, $time: Int! = 30, $size: Int! = 1000000) {
  whatIf(assertion: $assertion, policy: $policy, timeLimit: $time, sizeLimit: $size) {
    complete stopped identifiers affected toReviewBefore toReviewAfter unresolved ${CHANGES}
  }
}`

async function whatIf(variables: object) {
  const before = await graphDigest(api.graph)
  const { errors, data } = await api.ask(ASK, variables)
  expect(errors).toBeUndefined()
  expect(await graphDigest(api.graph)).toBe(before)
  return data.whatIf
}
const errorOf = async (variables: object) => (await api.ask(ASK, variables)).errors?.[0]?.extensions

describe('whatIf', () => {
  test('a decision: what it would change, and nothing is written', async () => {
    const answer = await whatIf({ assertion: { a: email('m1'), b: email('m2'), verdict: 'same' } })
    expect(answer).toMatchObject({
      ...{ complete: true, stopped: null, identifiers: null, affected: 2, unresolved: 0 },
      ...{ changed: { count: 1 }, absorbed: { count: 1, customers: [{ after: [] }] } },
    })
    expect(await whatIf({ assertion: { a: email('m1'), b: email('m2'), verdict: 'withdrawn' } })).toMatchObject({
      affected: 0,
    })
  })

  test('another policy: which customers would split and merge', async () => {
    const answer = await whatIf({
      policy: { linkThreshold: 1, sharedAbove: [{ kind: 'cookie', neighbour: 'email', limit: null }] },
    })
    expect(answer).toMatchObject({
      ...{ complete: true, stopped: null, identifiers: 6005, affected: 3 },
      ...{ toReviewBefore: 0, toReviewAfter: 1, split: { count: 1 }, absorbed: { count: 2 } },
    })
    // Named by the cookie, its least identifier; the other one is of the contacts.
    const [id] = answer.absorbed.customers[0].into
    expect(answer.created.count).toBe(2)
    expect(answer.created.customers).toContainEqual({
      ...{ id, before: [], after: [kiosk, email('a'), email('b')].sort().map((key) => ({ key })), into: [] },
    })
  })

  test('within bounds: it says that it is not complete', async () => {
    const policy = { linkThreshold: 0.99 }
    expect(await whatIf({ policy, size: 100 })).toMatchObject({ complete: false, stopped: 'size', affected: 0 })
    expect(await errorOf({ policy, time: 0 })).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await errorOf({ policy, time: 121 })).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await errorOf({ policy, size: 0 })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  test('one thing at a time, and no other policy than a file may hold', async () => {
    expect(await errorOf({})).toMatchObject({ code: 'BAD_USER_INPUT' })
    const assertion = { a: email('m1'), b: email('m2'), verdict: 'same' }
    expect(await errorOf({ assertion, policy: {} })).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await errorOf({ policy: { linkThreshold: 2 } })).toMatchObject({ reason: 'policy_invalid' })
  })

  test('one policy at a time: each holds the whole graph', async () => {
    const answers = await Promise.all(
      [0.9, 0.95, 0.99].map((linkThreshold) => api.ask(ASK, { policy: { linkThreshold } })),
    )
    const refused = answers.filter(({ errors }) => errors !== undefined)
    expect(refused).toHaveLength(2)
    for (const { errors } of refused) expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT' })
    await whatIf({ policy: {} })
  })

  test('whoever asked is gone: it ends at once', async () => {
    const url = await api.app.listen({ host: '127.0.0.1', port: 0 })
    const control = new AbortController()
    const body = JSON.stringify({ query: ASK, variables: { policy: { maxBlock: 40 } } })
    const headers = { 'content-type': 'application/json' }
    const asking = fetch(`${url}/graphql`, { method: 'POST', headers, body, signal: control.signal })
    setTimeout(() => control.abort(), 20)
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' })
    // Else it would still be refused for a while.
    const start = performance.now()
    while ((await errorOf({ policy: {}, size: 1 })) !== undefined) {
      await new Promise((settle) => setTimeout(settle, 5))
    }
    expect(performance.now() - start).toBeLessThan(500)
    expect(api.logged.join()).not.toContain('a question failed')
  })
})
