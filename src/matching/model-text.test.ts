import { join } from 'node:path'
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
  ['no JSON', (text: string) => text.slice(1)],
])('%s is no model of ours', (_, spoil) => {
  expect(() => parseModel(spoil(modelText(boosted)))).toThrow(expect.objectContaining({ code: 'model_invalid' }))
})
