import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emptyGraph, wipe } from '../../test/live.ts'
import type { Graph } from './graph.ts'
import { holdTransaction } from './hold-transaction.ts'
import { promoteModel, readChampion, readModels, saveChallenger } from './models.ts'
import { lockAlone } from './resolver-lock.ts'

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())
beforeEach(() => wipe(graph))

const save = (name: string, text = '{}') => saveChallenger(graph, { name, text, at: 1, records: 2 })
const promote = (name: string) => graph.write((tx) => promoteModel(tx, name))
const roles = async () => Object.fromEntries((await readModels(graph)).map(({ name, role }) => [name, role]))

test('the last one trained waits, the one in force and those before it stay', async () => {
  await save('first')
  await promote('first')
  await save('second')
  await save('third')
  expect(await roles()).toEqual({ first: 'champion', third: 'challenger' })
  await promote('third')
  expect(await roles()).toEqual({ first: 'retired', third: 'champion' })
})

test('one that is being put in force is not swept away by the next one trained', async () => {
  await save('first')
  let saved: Promise<void> | undefined
  await holdTransaction(graph, lockAlone, async (held) => {
    await promoteModel(held, 'first')
    saved = save('second')
    // Long enough for it to come upon whatever it waits for.
    await new Promise((settle) => setTimeout(settle, 500))
  })
  await saved
  expect(await roles()).toEqual({ first: 'champion', second: 'challenger' })
})

test('one that waits no longer is not put in force', async () => {
  await save('first')
  await save('second')
  await expect(promote('first')).rejects.toMatchObject({ code: 'challenger_gone' })
  expect(await readChampion(graph)).toBeUndefined()
})

test('trained again, its text is written again, whatever its role', async () => {
  await save('first', 'spoilt')
  await promote('first')
  await save('first', '{"whole":true}')
  expect(await readChampion(graph)).toEqual({ name: 'first', text: '{"whole":true}' })
})
