import type { Cell } from './csv.ts'
import { printable } from './printable.ts'

const GAP = '  '
const LONGEST_CELL = 80

/** Lines of a table for people: a column's width is what its first rows need, numbers stand at the right. */
export async function* alignedTable(
  columns: readonly string[],
  bunches: AsyncIterable<readonly (readonly Cell[])[]>,
): AsyncIterable<string> {
  let layout: Layout | undefined
  let count = 0
  for await (const rows of bunches) {
    if (rows.length === 0) continue
    if (layout === undefined) {
      layout = layoutOf(columns, rows)
      yield* headings(columns, layout)
    }
    for (const row of rows) yield lineOf(row.map(shown), layout)
    count += rows.length
  }
  if (layout === undefined) yield* headings(columns, layoutOf(columns, []))
  yield `(${count === 1 ? '1 row' : `${count} rows`})\n`
}

type Layout = readonly { readonly width: number; readonly right: boolean }[]

function layoutOf(columns: readonly string[], rows: readonly (readonly Cell[])[]): Layout {
  return columns.map((name, at) => ({
    width: rows.reduce((width, row) => Math.max(width, widthOf(shown(row[at]))), widthOf(name)),
    right: rows.length > 0 && rows.every((row) => row[at] === null || typeof row[at] === 'number'),
  }))
}

function headings(columns: readonly string[], layout: Layout): string[] {
  return [lineOf(columns, layout), `${layout.map(({ width }) => '-'.repeat(width)).join(GAP)}\n`]
}

function lineOf(texts: readonly string[], layout: Layout): string {
  const cells = texts.map((text, at) => {
    const { width, right } = layout[at] ?? { width: 0, right: false }
    const filling = ' '.repeat(Math.max(0, width - widthOf(text)))
    return right ? filling + text : text + filling
  })
  return `${cells.join(GAP).trimEnd()}\n`
}

/** What a terminal may be given: no line breaks, no control characters, nothing endless. */
function shown(cell: Cell): string {
  const text = printable(String(cell ?? ''))
  return widthOf(text) <= LONGEST_CELL ? text : `${[...text].slice(0, LONGEST_CELL - 1).join('')}…`
}

/** Characters as people count them, near enough: marks that combine take no place. */
function widthOf(text: string): number {
  return [...text.replace(/\p{Mark}/gu, '')].length
}
