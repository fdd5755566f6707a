export type Cell = string | number | boolean | null | undefined

/**
 * A line of CSV, quoted by RFC 4180; it ends in a bare line feed, so that the tools of the shell see no stray return.
 * Absent values are empty, empty text is `""`.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(quoted).join(',')}\n`
}

function quoted(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  const text = String(cell)
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
