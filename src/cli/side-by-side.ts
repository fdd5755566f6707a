import type { CurrentRecord } from '../identity/facts.ts'
import { compareKeys } from '../identity/keys.ts'

/** Two records as a table: a line a trait, what both say in two columns; `=` where it is the same letter for letter. */
export function sideBySide(a: CurrentRecord, b: CurrentRecord): string[] {
  const paths = [...new Set([...Object.keys(a.fields), ...Object.keys(b.fields)])].sort(compareKeys)
  const rows = [
    ['', a.key, b.key],
    ...paths.map((path) => [path, a.fields[path]?.value ?? '', b.fields[path]?.value ?? '']),
  ] as [string, string, string][]
  const [name, left] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column as 0 | 1].length))) as [
    number,
    number,
  ]
  return rows.map(([path, one, other]) => {
    const same = path !== '' && one === other ? '=' : ' '
    return `  ${path.padEnd(name)}  ${one.padEnd(left)} ${same} ${other}`.trimEnd()
  })
}
