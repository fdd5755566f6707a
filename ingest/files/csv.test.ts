import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openCsv } from './csv.ts'
import type { Row } from './table.ts'

async function read(text: string | Buffer, cut = 1 << 20) {
  const bytes = Buffer.from(text)
  const stream = (async function* () {
    for (let at = 0; at < bytes.length; at += cut) yield bytes.subarray(at, at + cut)
  })()
  const { columns, rows } = await openCsv(stream)
  const all: Row[] = []
  for await (const block of rows) all.push(...block)
  return { columns, rows: all.map((row) => [row.origin.line, 'cells' in row ? row.cells : row.refused.reason]) }
}

describe('a CSV file', () => {
  test.each([
    [',', 'a,b\n1,2'],
    [';', 'a;b\n1;2'],
    ['tab', 'a\tb\n1\t2'],
    ['a byte order mark and CR LF', '\ufeffa,b\r\n1,2\r\n'],
    ['quotes in the header', '"a","b"\n"1","2"'],
  ])('with %s', async (_, text) => {
    expect(await read(text)).toEqual({ columns: ['a', 'b'], rows: [[2, ['1', '2']]] })
  })

  test('has no value where nothing stands, NA or \\N', async () => {
    expect((await read('a,b,c,d\n, NA ,\\N,Na')).rows).toEqual([[2, [null, null, null, 'Na']]])
  })

  test('may hold line ends, delimiters and quotes in quotes', async () => {
    const text = 'a,b\n"1\n2","x ""y"", z"\n3,5" pipe\n\n4,5'
    expect((await read(text)).rows).toEqual([
      [2, ['1\n2', 'x "y", z']],
      [4, ['3', '5" pipe']],
      [6, ['4', '5']],
    ])
  })

  test('refuses rows of another width and goes on', async () => {
    expect((await read('a,b\n1\n1,2,3\n4,5')).rows).toEqual([
      [2, 'wrong_column_count'],
      [3, 'wrong_column_count'],
      [4, ['4', '5']],
    ])
  })

  test('refuses bytes of another encoding and goes on', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\n'), Buffer.from([0xc4, 0x2c, 0x31, 0x0a]), Buffer.from('4,5')])
    expect((await read(bytes)).rows).toEqual([
      [2, 'not_utf8'],
      [3, ['4', '5']],
    ])
  })

  test('with a quote that never closes loses that line alone', async () => {
    const many = Array.from({ length: 9000 }, (_, index) => `${index},x`)
    const { rows } = await read(['a,b', '1,2', '"3,4', ...many].join('\n'), 1000)
    expect(rows.slice(0, 3)).toEqual([
      [2, ['1', '2']],
      [3, 'unclosed_quote'],
      [4, ['0', 'x']],
    ])
    expect(rows).toHaveLength(9002)
  })

  test('with a line of megabytes loses that line alone', async () => {
    expect((await read(`a,b\n${'x'.repeat(5_000_000)},1\n4,5`, 65_536)).rows).toEqual([
      [2, 'too_large'],
      [3, ['4', '5']],
    ])
  })

  test.each([
    ['is empty', ''],
    ['names a column twice', 'a,a\n1,2'],
    ['names no columns', ',,\n1,2,3'],
    ['ends its lines in CR alone', 'id,email\r1,a@x.vn\r'],
    ['is UTF-16 without a mark', Buffer.from('a,b\n1,2', 'utf16le')],
    ['is UTF-16', Buffer.from('\ufeffa,b', 'utf16le')],
  ])('that %s is no CSV file', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'csv_header' })
  })

  test('comes back as it was written, however it is cut', async () => {
    const cell = fc.stringMatching(/^[a-c,;"\n é]{0,6}$/).filter((text) => text === text.trim())
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell)), fc.integer({ min: 1, max: 50 }), async (rows, cut) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
        const text = [['"a"', '"b"'], ...rows.map((row) => row.map(quoted))].map((row) => row.join()).join('\n')
        const read_ = await read(text, cut)
        expect(read_.rows.map(([, cells]) => cells)).toEqual(rows.map((row) => row.map((each) => each || null)))
      }),
    )
  })
})
