import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rowsHeader } from '../../src/matching/training-rows.ts'
import { loadPolicy } from '../../src/rules.ts'
import { generatedRows, trainingWorlds } from './generated-pairs.ts'

const policy = loadPolicy({ policy_file: join(import.meta.dirname, '../policy.yaml') })

test('a made-up retailer gives rows of both sorts, in one fold, the same each time', () => {
  const worlds = trainingWorlds(1, 60)
  const rows = [...generatedRows(worlds, policy)]
  expect([...generatedRows(worlds, policy)]).toEqual(rows)
  const cells = rows.map((row) => row.split(','))
  expect(new Set(cells.map(([fold, origin]) => `${fold} ${origin}`))).toEqual(new Set(['train generated']))
  expect(new Set(cells.map(([, , same]) => same))).toEqual(new Set(['0', '1']))
  const header = rowsHeader.split(',')
  for (const row of cells) expect(row).toHaveLength(header.length)
  const name = header.indexOf('full_name.level')
  expect(cells.some((row) => row[name] !== 'nan')).toBe(true)
  for (const value of cells.flatMap((row) => row.slice(3))) {
    const number = Math.fround(Number(value))
    if (value !== 'nan') expect(String(Number(number.toPrecision(9))), 'read back as it was').toBe(value)
  }
})

test('worlds of several noises, each with its seed', () => {
  const worlds = trainingWorlds(15, 100)
  expect(new Set(worlds.map(({ noise }) => noise)).size).toBe(4)
  expect(new Set(worlds.map(({ seed }) => seed)).size).toBe(15)
})
