import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { readTrees } from '../commands/read-trees.ts'
import { defaultWeights } from './default-weights.ts'
import { overWeights } from './model.ts'
import { modelText, parseModel } from './model-text.ts'

const boosted = overWeights(readTrees(join(import.meta.dirname, '../../ops/model/shipped')), defaultWeights)

test.each([defaultWeights, boosted])('a model is read back as it was: $name', (model) => {
  expect(parseModel(modelText(model))).toEqual(model)
})

test('the text of a boosted model is bounded', () => expect(modelText(boosted).length).toBeLessThan(500_000))

test.each([
  ['other features', (text: string) => text.replace('"phone.bits"', '"fax.bits"')],
  ['another calibration', (text: string) => text.replace(/"slope":[\d.]+/, '"slope":2')],
  ['trees cut off', (text: string) => text.replace(/("onnx":"[^"]{400})[^"]*/, '$1')],
  ['a format of the future', (text: string) => text.replace('"format":1', '"format":2')],
])('%s is no model of ours', (_, spoil) => {
  expect(() => parseModel(spoil(modelText(boosted)))).toThrow(expect.objectContaining({ code: 'model_invalid' }))
})

test.each([
  ['not JSON', '{"terms": {"nguyen": oops'],
  [
    'a share out of range',
    JSON.stringify({ ...JSON.parse(modelText(defaultWeights)), frequencies: table({ nguyen: 7 }) }),
  ],
  ['a key too many', JSON.stringify({ ...JSON.parse(modelText(defaultWeights)), nguyen: 1 })],
])('one that cannot be read names the place and no value: %s', (_, text) => {
  const error = caught(() => parseModel(text))
  expect(error).toMatchObject({ code: 'model_invalid', remedy: expect.stringContaining('selfsame train --apply') })
  expect(inspect(error, { depth: 9 })).not.toContain('nguyen')
})

function table(terms: Record<string, number>) {
  return { full_name: { collision: 0.1, rare: 0.1, terms } }
}

function caught(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

test('one that could not be read again is not written', () => {
  const impossible = { gender: { exact: { m: 0.9, u: 0 }, different: { m: 0.1, u: 1 } } }
  expect(() => modelText({ ...defaultWeights, comparisons: impossible })).toThrow(/comparisons\.gender\.exact\.u/)
  expect(() => modelText({ ...defaultWeights, prior: Number.NaN })).toThrow(/prior/)
})
