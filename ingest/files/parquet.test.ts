import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openParquet } from './parquet.ts'
import type { Row } from './table.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parquet-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function write(name: string, select: string): Promise<string> {
  const path = join(folder, name)
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(`COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`)
  connection.closeSync()
  return path
}

async function read(path: string) {
  const { columns, rows } = await openParquet(path)
  const all: Row[] = []
  for await (const block of rows) all.push(...block)
  return { columns, rows: all.map((row) => [row.origin.line, 'cells' in row ? row.cells : row.refused]) }
}

test('values come as text: dates, times with a zone, whole numbers that gaps made floating', async () => {
  const path = await write(
    'a.parquet',
    `SELECT 'r1' AS id, DATE '1990-02-14' AS dob, TIMESTAMPTZ '2026-01-31 09:30:00+07' AS updated_at,
     CAST(912345678 AS DOUBLE) AS "pho""ne", 1.5::DOUBLE AS half, '' AS empty
     UNION ALL SELECT 'r2', NULL, NULL, NULL, NULL, 'NA' ORDER BY 1`,
  )
  expect(await read(path)).toEqual({
    columns: ['id', 'dob', 'updated_at', 'pho"ne', 'half', 'empty'],
    rows: [
      [1, ['r1', '1990-02-14', '2026-01-31 02:30:00+00', '912345678', '1.5', null]],
      [2, ['r2', null, null, null, null, null]],
    ],
  })
})

test('every row of a long file comes once, in order', async () => {
  const { rows } = await read(await write('long.parquet', 'SELECT range AS id FROM range(10000) ORDER BY 1'))
  expect(rows.map(([line, cells]) => [line, Number((cells as string[])[0]) + 1])).toEqual(
    Array.from({ length: 10_000 }, (_, index) => [index + 1, index + 1]),
  )
})

test('a name is a name, never a pattern', async () => {
  await write('x1.parquet', 'SELECT 1 AS id')
  const path = await write('x[1].parquet', 'SELECT 2 AS id')
  expect((await read(path)).rows).toEqual([[1, ['2']]])
  await expect(read(join(folder, 'x*.parquet'))).rejects.toMatchObject({ code: 'parquet_unreadable' })
})

test('what is no Parquet file is said to be none', async () => {
  const path = join(folder, 'no.parquet')
  writeFileSync(path, 'id\n1')
  await expect(read(path)).rejects.toMatchObject({ code: 'parquet_unreadable', retriable: false })
})
