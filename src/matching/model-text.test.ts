import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { defaultWeights } from './default-weights.ts'
import { modelText, parseModel } from './model-text.ts'

test('a model is read as it was written', () => {
  expect(parseModel(modelText(defaultWeights))).toEqual(defaultWeights)
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
