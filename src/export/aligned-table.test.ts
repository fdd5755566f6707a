import { expect, test } from 'vitest'
import { alignedTable } from './aligned-table.ts'
import type { Cell } from './csv.ts'

test('columns are as wide as what they hold, numbers stand at the right', async () => {
  const rows = [
    ['Nguyễn Văn An', 12, null],
    ['Bình', 3, 'x'],
  ]
  expect(await drawn(['name', 'size', 'note'], [rows])).toEqual([
    'name           size  note',
    '-------------  ----  ----',
    'Nguyễn Văn An    12',
    'Bình              3  x',
    '(2 rows)',
  ])
})

test('letters of several code points take the place of one', async () => {
  expect(await drawn(['name', 'b'], [[['Nguyễn'.normalize('NFD'), 'x']]])).toEqual([
    'name    b',
    '------  -',
    `${'Nguyễn'.normalize('NFD')}  x`,
    '(1 row)',
  ])
})

test('line breaks and control characters never reach the terminal, and nothing is endless', async () => {
  const [, , first, second] = await drawn(['a'], [[['two\nlines\u001b[31m'], ['x'.repeat(500)]]])
  expect(first).toBe('two lines [31m')
  expect(second).toBe(`${'x'.repeat(79)}…`)
})

test('without rows there are headings and a count', async () => {
  expect(await drawn(['a', 'b'], [])).toEqual(['a  b', '-  -', '(0 rows)'])
})

async function drawn(columns: readonly string[], bunches: readonly (readonly (readonly Cell[])[])[]) {
  async function* each() {
    yield* bunches
  }
  const lines: string[] = []
  for await (const line of alignedTable(columns, each())) lines.push(line.slice(0, -1))
  return lines
}
