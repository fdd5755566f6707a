import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { card, contact, cookie, crm, groupRules, mail, phone, placeholder, together } from '../../test/decided-world.ts'
import { graphDigest } from '../../test/graph-digest.ts'
import { customersIn, resolutionIn } from '../../test/graph-state.ts'
import { ask, emptyGraph, wipe } from '../../test/live.ts'
import { everythingIn, evidenceOf } from '../../test/oracle/compare.ts'
import { DAY } from '../../test/told.ts'
import { readAuditTrail } from '../graph/audit.ts'
import type { Graph } from '../graph/graph.ts'
import { resolve } from '../identity/resolve.ts'
import { createResolver } from '../resolver/resolver.ts'
import { assertPair } from './assert-pair.ts'
import { decideReview } from './decide-review.ts'
import type { CommandResult, Given } from './give-order.ts'
import { noteUnsure } from './note-unsure.ts'
import { overrideIdentifier } from './override-identifier.ts'
import { withdraw } from './withdraw.ts'

/** One customer of the cookie, the mail and the phone; one of the card; contacts 1 and 2, alike; a placeholder. */
const world = [
  together(1, mail, cookie),
  together(2, mail, phone),
  together(3, card),
  contact('1', 1),
  contact('2', 1),
  contact('3', 2),
  together(5, crm('3'), placeholder),
]

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())
beforeEach(async () => {
  await wipe(graph)
  await createResolver({ graph, rules: groupRules }).apply({ observations: world })
})

const desk = () => ({ graph, resolver: createResolver({ graph, rules: groupRules }) })
const by = (idempotencyKey: string, over: Partial<Given> = {}): Given => ({
  ...{ by: 'steward', role: 'steward', reason: 'she showed both', idempotencyKey },
  ...over,
})

type Command = (given: Given) => Promise<CommandResult>
const commands: Readonly<Record<string, Command>> = {
  assertSame: (given) => assertPair(desk(), { a: card, b: phone, verdict: 'same' }, given),
  assertDifferent: (given) => assertPair(desk(), { a: phone, b: mail, verdict: 'not_same' }, given),
  blockIdentifier: (given) => overrideIdentifier(desk(), { identifier: mail, verdict: 'block' }, given),
  allowIdentifier: (given) => overrideIdentifier(desk(), { identifier: placeholder, verdict: 'allow' }, given),
  decideReviewSame: (given) => decideReview(desk(), { a: crm('2'), b: crm('1'), answer: 'same' }, given),
  decideReviewNotSame: (given) => decideReview(desk(), { a: crm('1'), b: crm('2'), answer: 'not_same' }, given),
  decideReviewUnsure: (given) => decideReview(desk(), { a: crm('1'), b: crm('2'), answer: 'unsure' }, given),
}

const counts = ({ difference }: CommandResult) =>
  Object.fromEntries(Object.entries(difference).flatMap(([sort, { count }]) => (count === 0 ? [] : [[sort, count]])))

/** What the graph's customers were and are, as a difference tells it. */
const membersById = async () => new Map((await customersIn(graph)).map(({ id, members }) => [id as string, members]))

describe.each(Object.entries(commands))('%s', (name, command) => {
  test('a dry run answers as the real one, and writes nothing', async () => {
    const before = await graphDigest(graph)
    const dry = await command(by('k', { dryRun: true }))
    expect(await graphDigest(graph)).toBe(before)
    expect(dry).toMatchObject({ dryRun: true, auditId: undefined })
    const real = await command(by('k'))
    expect(real).toEqual({ ...dry, dryRun: false, auditId: expect.stringMatching(/^a_/) })
    expect(await graphDigest(graph)).not.toBe(before)
  })

  test('the difference is that of the graph', async () => {
    const before = await membersById()
    const { difference } = await command(by('k'))
    const after = await membersById()
    const told = new Map(Object.values(difference).flatMap(({ customers }) => customers.map((one) => [one.id, one])))
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(id) ?? [], after.get(id) ?? []]
      const change = told.get(id as never)
      if (JSON.stringify(was) === JSON.stringify(is)) expect(change).toBeUndefined()
      else expect(change).toMatchObject({ before: was, after: is })
    }
  })

  test('the same key again: the first answer, and nothing is written', async () => {
    const first = await command(by('k'))
    const written = await graphDigest(graph)
    expect(await command(by('k'))).toEqual(first)
    expect(await command(by('k', { dryRun: true }))).toEqual({ ...first, dryRun: true })
    expect(await graphDigest(graph)).toBe(written)
  })

  test('the same key for another request is refused; of another caller it is another key', async () => {
    await command(by('k'))
    const written = await graphDigest(graph)
    await expect(command(by('k', { reason: 'another one' }))).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    expect(await graphDigest(graph)).toBe(written)
    const other = await command(by('k', { by: 'another' }))
    expect(counts(other)).toEqual({})
  })

  test('ten at once with one key: one is carried out, all have its answer', async () => {
    const results = await Promise.all(Array.from({ length: 10 }, () => command(by('k'))))
    for (const result of results) expect(result).toEqual(results[0])
    const decided = await ask(graph, 'MATCH (n) WHERE n:Decision OR n:Unsure RETURN count(n) AS count')
    expect(decided).toEqual([{ count: 1 }])
    expect(await readAuditTrail(graph, { first: 10 })).toHaveLength(1)
  })

  test('is kept: who, when, what, why, before and after', async () => {
    const since = Date.now()
    const { auditId, difference } = await command(by('k'))
    const [entry, ...others] = await readAuditTrail(graph, { first: 10 })
    expect(others).toEqual([])
    expect(entry).toMatchObject({
      ...{ id: auditId, by: 'steward', role: 'steward', reason: 'she showed both', idempotencyKey: 'k' },
      ...{ command: name.replace(/(Not)?Same$|Unsure$/, (end) => (name.startsWith('decide') ? '' : end)), difference },
      ...{ before: 'none', after: expect.stringMatching(/^(same|not_same|block|allow|unsure)$/) },
    })
    expect(entry?.at).toBeGreaterThanOrEqual(since)
  })
})

test('what each changes', async () => {
  const done: Record<string, object> = {}
  for (const [name, command] of Object.entries(commands)) done[name] = counts(await command(by(name, { dryRun: true })))
  expect(done).toEqual({
    assertSame: { changed: 1, absorbed: 1 },
    assertDifferent: { created: 1, split: 1 },
    blockIdentifier: { created: 1, split: 1 },
    allowIdentifier: { changed: 1 },
    decideReviewSame: { changed: 1, absorbed: 1 },
    decideReviewNotSame: {},
    decideReviewUnsure: {},
  })
})

test('what was decided is taken back, and is as if never said', async () => {
  const before = await membersById()
  await commands.assertSame?.(by('1'))
  const back = await assertPair(desk(), { a: phone, b: card, verdict: 'withdrawn' }, by('2'))
  expect(counts(back)).toEqual({ created: 1, split: 1 })
  await commands.blockIdentifier?.(by('3'))
  const cleared = await overrideIdentifier(desk(), { identifier: mail, verdict: 'clear' }, by('4'))
  expect(counts(cleared)).toEqual({ changed: 1, absorbed: 1 })
  expect(await membersById()).toEqual(before)
  const trail = await readAuditTrail(graph, { first: 10 })
  expect(trail.map(({ command, before, after }) => [command, before, after])).toEqual([
    ['clearIdentifierDecision', 'block', 'clear'],
    ['blockIdentifier', 'none', 'block'],
    ['withdrawAssertion', 'same', 'withdrawn'],
    ['assertSame', 'none', 'same'],
  ])
})

test('decisions survive the same evidence again, and are what resolve answers', async () => {
  await commands.assertSame?.(by('1', { at: 1 }))
  await commands.assertDifferent?.(by('2', { at: 2 }))
  await commands.blockIdentifier?.(by('3', { at: 3 }))
  const decided = await membersById()
  await createResolver({ graph, rules: groupRules }).apply({ observations: world.toReversed() })
  expect(await membersById()).toEqual(decided)
  const told = { id: 'd', by: 'steward', reason: '' }
  const evidence = evidenceOf([
    ...world,
    { decision: 'assertion', ...told, at: 1, a: card, b: phone, verdict: 'same' },
    { decision: 'assertion', ...told, at: 2, a: mail, b: phone, verdict: 'not_same' },
    { decision: 'override', ...told, at: 3, identifier: mail, verdict: 'block' },
  ])
  expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(await resolve(evidence, groupRules)))
})

test('in force already: nothing but the asking is noted, and the key stays used', async () => {
  await commands.assertSame?.(by('1'))
  const known = await commands.assertSame?.(by('2'))
  expect(known).toMatchObject({ known: true })
  const [decided] = await ask<{ by: string }>(graph, 'MATCH (d:Decision) RETURN count(d) AS count')
  expect(decided).toEqual({ count: 1 })
  await assertPair(desk(), { a: card, b: phone, verdict: 'withdrawn' }, by('3'))
  // Answered as it was, not carried out late.
  expect(await commands.assertSame?.(by('2'))).toEqual(known)
  expect(await readAuditTrail(graph, { first: 10 })).toHaveLength(3)
})

test('an older decision is refused, and nothing is kept of it; its key may be given again', async () => {
  await commands.assertSame?.(by('1', { at: 10 }))
  const written = await graphDigest(graph)
  const late = by('2', { at: 9 })
  const deciding = assertPair(desk(), { a: card, b: phone, verdict: 'not_same' }, late)
  await expect(deciding).rejects.toMatchObject({ code: 'decision_superseded' })
  expect(await graphDigest(graph)).toBe(written)
  await assertPair(desk(), { a: card, b: phone, verdict: 'not_same' }, { ...late, at: 11 })
})

test('what is too large to be resolved at once waits, and that is told beforehand', async () => {
  const resolver = createResolver({ graph, rules: groupRules, slowPathLimit: 2 })
  const decide = (dryRun: boolean) => {
    return assertPair({ resolver }, { a: phone, b: mail, verdict: 'not_same' }, by('1', { dryRun }))
  }
  const dry = await decide(true)
  expect(dry).toMatchObject({ unresolved: 1, known: false })
  expect(counts(dry)).toEqual({})
  expect(await decide(false)).toEqual({ ...dry, dryRun: false, auditId: expect.any(String) })
})

test('a pair that the model never proposed waits for nobody; one identifier is no pair', async () => {
  const answer = decideReview(desk(), { a: mail, b: card, answer: 'same' }, by('1'))
  await expect(answer).rejects.toMatchObject({ code: 'not_in_review' })
  await expect(noteUnsure({ graph }, { a: mail, b: mail }, by('2'))).rejects.toMatchObject({ code: 'same_identifier' })
})

test('a pair that was answered is answered the same, though it is not proposed any more', async () => {
  const first = await commands.decideReviewSame?.(by('1'))
  await createResolver({ graph, rules: groupRules }).apply({
    observations: [{ ...contact('2', 9), observedAt: 6 * DAY }],
  })
  expect(await commands.decideReviewSame?.(by('1'))).toEqual(first)
})

test('a withdrawn source is kept in the trail too', async () => {
  await withdraw(desk(), { source: 'crm' }, { verdict: 'withdrawn', by: 'lan', reason: 'wrong file' })
  await withdraw(desk(), { source: 'crm' }, { verdict: 'reinstated', by: 'lan', reason: 'right file' })
  const trail = await readAuditTrail(graph, { first: 10, subject: 'crm' })
  expect(trail.map(({ by, role, command, before, after }) => [by, role, command, before, after])).toEqual([
    ['lan', 'operator', 'reinstate', 'withdrawn', 'reinstated'],
    ['lan', 'operator', 'withdraw', 'none', 'withdrawn'],
  ])
})

test('the trail is read page by page, and of one identifier alone', async () => {
  for (const [name, command] of Object.entries(commands)) await command(by(name))
  const all = await readAuditTrail(graph, { first: 100 })
  expect(all).toHaveLength(Object.keys(commands).length)
  const pages = []
  for (let after: string | undefined; ; ) {
    const page = await readAuditTrail(graph, { first: 2, after })
    if (page.length === 0) break
    pages.push(...page)
    after = page.at(-1)?.id
  }
  expect(pages).toEqual(all)
  const about = await readAuditTrail(graph, { first: 100, subject: phone })
  expect(about.map(({ command }) => command)).toEqual(['assertDifferent', 'assertSame'])
  expect(await readAuditTrail(graph, { first: 1, subject: phone, after: about[0]?.id })).toEqual([about[1]])
})

test('what fails leaves neither decision nor entry', async () => {
  const failing = {
    ...graph,
    write: (work: Parameters<Graph['write']>[0]) =>
      graph.write(async (tx, attempt) => {
        await work(
          {
            run: (name, params) =>
              name === 'identity/create-audit-entry' ? Promise.reject(new Error('no room')) : tx.run(name, params),
          },
          attempt,
        )
      }),
  } as Graph
  const before = await graphDigest(graph)
  const resolver = createResolver({ graph: failing, rules: groupRules })
  await expect(assertPair({ resolver }, { a: card, b: phone, verdict: 'same' }, by('1'))).rejects.toThrow()
  expect(await graphDigest(graph)).toBe(before)
})
