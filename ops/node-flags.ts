import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const cli = join(import.meta.dirname, '..', 'src', 'cli.ts')

const [firstLine = ''] = readFileSync(cli, 'utf8').split('\n', 1)

/** What Node is told besides when somebody calls `selfsame`: it stands in the first line of that script. */
export const nodeFlags = firstLine.split(' ').filter((word) => word.startsWith('--'))
