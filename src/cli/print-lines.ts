import { printable } from '../export/printable.ts'

/** Lines for a person, on stdout. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.map(printable).join('\n')}\n`)
}
