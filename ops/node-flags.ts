import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const cli = join(import.meta.dirname, '..', 'src', 'cli.ts')

/** What Node is told besides when somebody calls `selfsame`: it stands in the first line of that script. */
export const nodeFlags = firstLine(cli)
  .split(' ')
  .filter((word) => word.startsWith('--'))

function firstLine(file: string): string {
  const text = readFileSync(file, 'utf8')
  return text.slice(0, text.indexOf('\n'))
}
