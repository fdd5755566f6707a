import { expect, test } from 'vitest'
import { defaultWeights } from './default-weights.ts'
import { modelText, parseModel } from './model-text.ts'

test('a model is read as it was written', () => {
  expect(parseModel(modelText(defaultWeights))).toEqual(defaultWeights)
})

test('one that could not be read again is not written', () => {
  const impossible = { gender: { exact: { m: 0.9, u: 0 }, different: { m: 0.1, u: 1 } } }
  expect(() => modelText({ ...defaultWeights, comparisons: impossible })).toThrow(/comparisons\.gender\.exact\.u/)
  expect(() => modelText({ ...defaultWeights, prior: Number.NaN })).toThrow(/prior/)
})
