import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readTrees } from '../commands/read-trees.ts'
import { boostingOf } from './boosted.ts'
import { featureNames } from './features.ts'
import { mix } from './random-pairs.ts'

const ROWS = 10_000
const trees = readTrees(join(import.meta.dirname, '../../ops/model/shipped'))
const fixture = JSON.parse(readFileSync(join(import.meta.dirname, '../../ops/model/parity.json'), 'utf8'))
const splits: Float32Array[] = fixture.splits.map((text: string) => new Float32Array(bytes(text)))
const expected = new Float64Array(bytes(fixture.probabilities))
const boosting = boostingOf(trees)

function bytes(base64: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(base64, 'base64')).buffer
}

/** The next number of 32 bits, or the one before. */
function neighbour(value: number, by: 1 | -1): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value === 0 ? 0 : value)
  if (value === 0) view.setUint32(0, by > 0 ? 1 : 0x80000001)
  else view.setUint32(0, view.getUint32(0) + (value > 0 ? by : -by))
  return view.getFloat32(0)
}

/** The rule of ops/model/parity.py. */
function valueAt(row: number, feature: number): number {
  const drawn = mix(row * featureNames.length + feature)
  const points = splits[feature] ?? new Float32Array()
  const sort = drawn % 8
  if (points.length === 0) return sort < 4 ? Number.NaN : 0
  const at = points[(drawn >>> 3) % points.length] ?? Number.NaN
  const values = [Number.NaN, Number.NaN, at, at, neighbour(at, -1), neighbour(at, 1), at - 1, at + 1]
  return values[sort] ?? Number.NaN
}

const write = (row: number, values: Float32Array) => {
  for (let feature = 0; feature < values.length; feature += 1) values[feature] = valueAt(row, feature)
}

describe('trees answer here as XGBoost answers in Python', () => {
  test('on 10,000 rows: missing values, split points, and their neighbours', async () => {
    expect(fixture.model).toBe(trees.manifest.name)
    expect(expected).toHaveLength(ROWS)
    const found = await boosting(ROWS, write)
    const differences = found.map((probability, row) => Math.abs(probability - (expected[row] ?? Number.NaN)))
    expect(Math.max(...differences)).toBeLessThanOrEqual(1e-5)
    expect(new Set(found.map((each) => each.toFixed(3))).size, 'rows of all sorts').toBeGreaterThan(200)
  })

  test('to the last digit the same, whatever else is in the batch', async () => {
    const together = await boosting(300, write)
    for (const row of [0, 7, 120, 299]) {
      expect(await boosting(1, (_, values) => write(row, values))).toEqual([together[row]])
    }
    expect(await boosting(37, (row, values) => write(row + 50, values))).toEqual(together.slice(50, 87))
  })
})
