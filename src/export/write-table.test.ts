import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Cell } from './csv.ts'
import type { Table } from './tables.ts'
import { writeLines, writeTable } from './write-table.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "export it's "))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function table(rows: readonly (readonly Cell[])[]): Table {
  async function* each() {
    yield* rows
  }
  return { columns: { id: 'VARCHAR', n: 'BIGINT', at: 'TIMESTAMP', more: 'JSON' }, rows: each() }
}
const two = [
  ['a,b', 7, '2026-01-31T09:30:00.250Z', '{"x":[1]}'],
  ['ễ', undefined, null, null],
]

describe('a table', () => {
  test('as CSV', async () => {
    const out = join(folder, 'out.csv')
    expect(await writeTable(table(two), 'csv', out)).toBe(2)
    const quoted = '"{""x"":[1]}"'
    expect(readFileSync(out, 'utf8')).toBe(`id,n,at,more\n"a,b",7,2026-01-31T09:30:00.250Z,${quoted}\nễ,,,\n`)
  })

  test('as NDJSON, JSON inside it as JSON', async () => {
    const out = join(folder, 'out.ndjson')
    await writeTable(table(two), 'ndjson', out)
    const [first, second] = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(first).toEqual({ id: 'a,b', n: 7, at: '2026-01-31T09:30:00.250Z', more: { x: [1] } })
    expect(second).toEqual({ id: 'ễ', n: null, at: null, more: null })
  })

  test('as Parquet, with types, in order, nothing left beside it', async () => {
    const out = join(folder, 'out.parquet')
    const many = Array.from({ length: 50_000 }, (_, index) => [`k${index}`, index, null, null])
    expect(await writeTable(table([...two, ...many]), 'parquet', out)).toBe(50_002)
    expect(readdirSync(folder)).toEqual(['out.parquet'])
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    const path = out.replaceAll("'", "''")
    const read = await connection.runAndReadAll(
      `SELECT id, n, at::VARCHAR, typeof(n), more FROM '${path}' LIMIT 3`.replace('at::', '"at"::'),
    )
    expect(read.getRowsJson()).toEqual([
      ['a,b', '7', '2026-01-31 09:30:00.25', 'BIGINT', '{"x":[1]}'],
      ['ễ', null, null, 'BIGINT', null],
      ['k0', '0', null, 'BIGINT', null],
    ])
    connection.closeSync()
  })

  test('as Parquet needs a file', async () => {
    await expect(writeTable(table([]), 'parquet', undefined)).rejects.toMatchObject({ code: 'parquet_needs_file' })
  })

  test('that fails half way leaves no file, and the old one as it was', async () => {
    const out = join(folder, 'out.csv')
    await writeTable(table(two), 'csv', out)
    const before = readFileSync(out, 'utf8')
    async function* broken() {
      yield ['a', 1, null, null]
      throw new Error('on purpose')
    }
    const { columns } = table([])
    await expect(writeTable({ columns, rows: broken() }, 'csv', out)).rejects.toThrow('on purpose')
    await expect(writeTable({ columns, rows: broken() }, 'parquet', out)).rejects.toThrow('on purpose')
    expect(readFileSync(out, 'utf8')).toBe(before)
    expect(readdirSync(folder)).toEqual(['out.csv'])
  })

  test('to a folder that is not there is an error of the person, said so', async () => {
    const out = join(folder, 'nowhere', 'out.csv')
    await expect(writeTable(table(two), 'csv', out)).rejects.toMatchObject({ code: 'file_not_written' })
    expect(existsSync(out)).toBe(false)
  })
})

describe('writeLines', () => {
  test('ends quietly when the reader has gone, and asks for no more lines', async () => {
    let made = 0
    function* endless() {
      for (;;) {
        made += 1
        yield 'x'.repeat(1000)
      }
    }
    const gone = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('gone'), { code: 'EPIPE' }))
      },
    })
    await writeLines(endless(), gone)
    expect(made).toBeLessThan(200)
  })

  test('says so when the disk is full', async () => {
    const full = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('full'), { code: 'ENOSPC' }))
      },
    })
    await expect(writeLines(['a'], full)).rejects.toMatchObject({ code: 'file_not_written' })
  })
})
