import { expect, test } from 'vitest'
import { evidenceBits, priorBits, probabilityOf, type WeightsModel } from './weights.ts'

const model: WeightsModel = {
  name: 'test',
  prior: 0.01,
  mostNameBits: 10,
  comparisons: { given_name: { exact: { m: 0.8, u: 0.1 }, different: { m: 0.2, u: 0.9 } } },
  frequencies: { given_name: { collision: 0.1, terms: { an: 0.2 }, rare: 0.0001 } },
}
const bits = (level: string, shared: readonly string[] = []) =>
  evidenceBits([{ comparison: 'given_name', level, shared }], model)

test('a level adds log2 of m over u, by its words more or less', () => {
  expect(bits('exact')).toBeCloseTo(3, 9)
  expect(bits('different')).toBeCloseTo(Math.log2(0.2 / 0.9), 9)
  expect(bits('exact', ['an'])).toBeCloseTo(2, 9)
  // However rare, names say no more than so much.
  expect(bits('exact', ['zenobia'])).toBeCloseTo(10, 9)
})

test('what the model does not know adds nothing', () => {
  expect(evidenceBits([{ comparison: 'free hat', level: 'exact', shared: ['top'] }], model)).toBe(0)
  expect(bits('nickname')).toBe(0)
})

test('bits are odds', () => {
  expect(probabilityOf(priorBits(model))).toBeCloseTo(0.01, 9)
  expect(probabilityOf(0)).toBe(0.5)
})
