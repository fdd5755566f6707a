import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { resolutionIn } from '../../test/graph-state.ts'
import { ask, emptyGraph, rules as plainRules, wipe } from '../../test/live.ts'
import { everythingIn, evidenceOf } from '../../test/oracle/compare.ts'
import { DAY, event } from '../../test/told.ts'
import { twiceTold } from '../../test/twice-told.ts'
import { bug } from '../errors.ts'
import { searchRecord } from '../explanation/search.ts'
import type { Graph } from '../graph/graph.ts'
import { readModels } from '../graph/models.ts'
import { identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import { type Rules, resolve } from '../identity/resolve.ts'
import type { RecordPair } from '../identity/scoring.ts'
import type { Assertion, Observation } from '../identity/types.ts'
import { defaultWeights } from '../matching/default-weights.ts'
import { foldOf } from '../matching/folds.ts'
import { createMatching } from '../matching/matching.ts'
import { overWeights } from '../matching/model.ts'
import { rebuild } from '../resolver/rebuild/rebuild.ts'
import { createResolver } from '../resolver/resolver.ts'
import { readTrees } from './read-trees.ts'
import { reviewedRows } from './reviewed-rows.ts'
import { train } from './train.ts'

const plain = plainRules()
const rules: Rules = { ...plain, matching: createMatching(defaultWeights, plain.policy) }
const rows = twiceTold({ people: 150, twice: 60, wrongYear: 0.2 })

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())
beforeEach(async () => {
  await wipe(graph)
  await createResolver({ graph, rules }).apply({ observations: rows.map(contact) })
})

function contact({ id, traits }: (typeof rows)[number]): Observation {
  const account = identifierKey('crm_contact', `crm:${id}`)
  return event({
    ...{ source: 'crm', type: 'record', observedAt: DAY, identifiers: [identifierOf(account)] },
    record: { key: recordKey('crm', id), id, account, traits },
  })
}

function verdict(person: number, other: string, same: boolean): Assertion {
  const [a, b] = [`crm:${person}`, `crm:${other}`].map((value) => identifierKey('crm_contact', value)).sort()
  if (a === undefined || b === undefined) throw new Error('no pair')
  return {
    ...{ decision: 'assertion', id: `${a} ${b}`, at: 1, by: 'steward', reason: '', a, b },
    verdict: same ? 'same' : 'not_same',
  }
}

const isHeldOut = (pair: Assertion) => foldOf(pair) === 'held_out'

test('what was learned waits; applied, it is in force for everybody, and the graph is what it implies', async () => {
  const before = createResolver({ graph, rules })
  const waiting = await train({ graph, rules, apply: false })
  const { model } = waiting.training
  expect(waiting).toMatchObject({ champion: 'default', applied: undefined, allRecords: rows.length })
  expect(await readModels(graph)).toMatchObject([{ name: model.name, role: 'challenger', records: rows.length }])
  expect(await rebuild({ graph, rules, repair: false })).toMatchObject({ equal: true })

  const applied = await train({ graph, rules, apply: true })
  expect(applied.training.model).toEqual(model)
  expect(applied.applied?.parts.scores.differences).toBeGreaterThan(0)
  expect(await readModels(graph)).toMatchObject([{ name: model.name, role: 'champion' }])

  // One that was there before the model matches by it all the same.
  const more = contact({ ...(rows[5] as (typeof rows)[number]), id: 'more' })
  await before.apply({ observations: [more] })
  const trained: Rules = { ...rules, matching: createMatching(model, rules.policy) }
  const implied = await resolve(evidenceOf([...rows.map(contact), more]), trained)
  expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(implied))
  expect(await rebuild({ graph, rules, repair: false })).toMatchObject({ equal: true })
  const named = await ask<{ model: string }>(graph, 'MATCH ()-[s:SCORED]->() RETURN DISTINCT s.model AS model')
  expect(named).toEqual([{ model: model.name }])
})

test('the same records teach nothing new', async () => {
  await train({ graph, rules, apply: true })
  expect(await train({ graph, rules, apply: true })).toMatchObject({ applied: undefined })
  expect(await readModels(graph)).toHaveLength(1)
})

test('a share of the records teaches, the same share each time', async () => {
  const shared = await train({ graph, rules, apply: false, mostRecords: 160 })
  expect(shared.training.records).toBeLessThan(rows.length)
  expect(shared.training.records).toBeGreaterThan(120)
  const again = await train({ graph, rules, apply: false, mostRecords: 160 })
  expect(again.training.model).toEqual(shared.training.model)
})

test('reviewed pairs judge both, those that were held out; one that does worse on them is not applied', async () => {
  const alike = rows.flatMap(({ id }) => (id.endsWith('-again') ? [verdict(Number.parseInt(id, 10), id, true)] : []))
  const pairs = Array.from({ length: 50 }, (_, person) => verdict(person + 70, `${person + 71}`, true))
  // Of which no record tells.
  const married = pairs.find(isHeldOut) ?? bug('none of fifty is held out')
  await createResolver({ graph, rules }).apply({ observations: [], decisions: [...alike, married] })
  const { judged, taught } = await train({ graph, rules, apply: false })
  const heldOut = [...alike, married].filter(isHeldOut).length
  expect(judged?.challenger).toMatchObject({ pairs: heldOut, precision: 1 })
  expect(taught).toBe(61 - heldOut)
  const sure = { probability: 1, weight: 20, contradicts: false }
  const knowing = {
    ...rules.matching,
    model: 'knowing',
    score: async (pairs: readonly RecordPair[]) => pairs.map(() => sure),
    contradicts: () => false,
  }
  const knowingRules: Rules = { ...rules, matching: knowing }
  await expect(train({ graph, rules: knowingRules, apply: true })).rejects.toMatchObject({ code: 'model_worse' })
  expect(await readModels(graph)).toMatchObject([{ role: 'challenger' }])
})

test('reviewed pairs teach, unless they are held out', async () => {
  const alike = rows.flatMap(({ id }) => (id.endsWith('-again') ? [verdict(Number.parseInt(id, 10), id, false)] : []))
  const { true: judging = [], false: teaching = [] } = Object.groupBy(alike, (pair) => `${isHeldOut(pair)}`)
  const modelAfter = async (decisions: Assertion[]) => {
    await createResolver({ graph, rules }).apply({ observations: [], decisions })
    return (await train({ graph, rules, apply: false })).training.model
  }
  const unlabelled = await modelAfter([])
  expect(await modelAfter(judging)).toEqual(unlabelled)
  const taught = await modelAfter(teaching)
  expect(taught.name).not.toBe(unlabelled.name)
  expect(taught.comparisons.birth_date?.two_parts?.taught).toBeLessThan(0)
})

test('one that dies while it is applied says so; to go back or to finish it mends the graph', async () => {
  await train({ graph, rules, apply: true })
  const before = (await readModels(graph))[0]?.name
  const more = contact({ ...(rows[5] as (typeof rows)[number]), id: 'more' })
  await createResolver({ graph, rules }).apply({ observations: [more] })
  const dying = train({
    ...{ graph, rules, apply: true },
    onProgress: (step) => {
      if (step === 'repair') throw new Error('killed')
    },
  })
  await expect(dying).rejects.toMatchObject({
    message: expect.stringContaining('follow it already'),
    remedy: expect.stringMatching(/train --apply.*rebuild/),
  })
  expect(await readModels(graph)).toMatchObject([{ role: 'challenger' }, { name: before, role: 'champion' }])
  expect(await rebuild({ graph, rules, repair: false })).toMatchObject({ equal: false })
  await rebuild({ graph, rules, repair: true })
  expect(await rebuild({ graph, rules, repair: false })).toMatchObject({ equal: true })

  const { training } = await train({ graph, rules, apply: true })
  expect(await readModels(graph)).toMatchObject([
    { name: training.model.name, role: 'champion' },
    { name: before, role: 'retired' },
  ])
  expect(await rebuild({ graph, rules, repair: false })).toMatchObject({ equal: true })
})

test('one that was swept away by another training is not applied, and nothing is written by it', async () => {
  const { training } = await train({ graph, rules, apply: false })
  await ask(graph, 'MATCH (m:Model) DELETE m')
  const applying = rebuild({ graph, rules, challenger: training.model, repair: true })
  await expect(applying).rejects.toMatchObject({ code: 'challenger_gone' })
  expect(await rebuild({ graph, rules, repair: false })).toMatchObject({ equal: true })
})

test('a model in force that cannot be read is no obstacle: it is trained anew, and nothing is judged', async () => {
  const { training } = await train({ graph, rules, apply: true })
  await ask(graph, "MATCH (m:Model) SET m.text = '{}'")
  const resolver = createResolver({ graph, rules })
  await expect(resolver.apply({ observations: [event()] })).rejects.toMatchObject({ code: 'model_invalid' })
  const mended = await train({ graph, rules, apply: true })
  expect(mended).toMatchObject({ champion: training.model.name, judged: undefined, applied: { equal: true } })
  await resolver.apply({ observations: [event()] })
})

describe('trees over the weights', () => {
  const trees = readTrees(join(import.meta.dirname, '../../ops/model/shipped'))

  test('score in shadow, are put in force, and decide for everybody; the weights explain', async () => {
    const before = createResolver({ graph, rules })
    const { shadow, challenger, training, applied } = await train({ graph, rules, apply: false, trees })
    expect(challenger).toBe(`${trees.manifest.name}.${training.model.name}`)
    expect(applied).toBeUndefined()
    expect(shadow?.links.gained).toBeGreaterThan(0)
    expect(shadow?.parts.customers.differences).toBeGreaterThan(0)
    expect(await rebuild({ graph, rules, repair: false })).toMatchObject({ equal: true })

    const after = await train({ graph, rules, apply: true, trees })
    expect(after.applied?.links).toEqual(shadow?.links)
    expect(await readModels(graph)).toMatchObject([{ name: challenger, role: 'champion' }])
    const more = contact({ ...(rows[5] as (typeof rows)[number]), id: 'more' })
    await before.apply({ observations: [more] })
    const boosted: Rules = { ...rules, matching: createMatching(overWeights(trees, training.model), rules.policy) }
    const implied = await resolve(evidenceOf([...rows.map(contact), more]), boosted)
    expect(everythingIn(await resolutionIn(graph))).toEqual(everythingIn(implied))
    const named = await ask<{ model: string }>(graph, 'MATCH ()-[s:SCORED]->() RETURN DISTINCT s.model AS model')
    expect(named).toEqual([{ model: challenger }])

    const { model, candidates } = await searchRecord(rows[7]?.traits ?? {}, { graph, policy: rules.policy })
    expect(model).toBe(challenger)
    expect(candidates[0]).toMatchObject({ isLink: true, match: { weighed: expect.any(Number) } })
  })
})

test('reviewed pairs are written for trees to learn from, those held out by their fold', async () => {
  const decisions = rows.flatMap(({ id }) =>
    id.endsWith('-again') ? [verdict(Number.parseInt(id, 10), id, true)] : [],
  )
  await createResolver({ graph, rules }).apply({ observations: [], decisions })
  const lines = [...(await reviewedRows({ graph, policy: rules.policy }))].map((line) => line.split(','))
  expect(lines).toHaveLength(decisions.length)
  expect(lines.filter(([fold]) => fold === 'held_out')).toHaveLength(decisions.filter(isHeldOut).length)
  expect(new Set(lines.map(([, origin, same]) => `${origin} ${same}`))).toEqual(new Set(['reviewed 1']))
})

test('too few records teach nothing', async () => {
  await wipe(graph)
  await expect(train({ graph, rules, apply: false })).rejects.toMatchObject({ code: 'too_few_records' })
})

test('a model that the graph names and does not hold stops the resolver, with the remedy', async () => {
  await train({ graph, rules, apply: true })
  await ask(graph, 'MATCH (m:Model) DELETE m')
  const resolver = createResolver({ graph, rules })
  await expect(resolver.apply({ observations: [event()] })).rejects.toMatchObject({ code: 'model_missing' })
})
