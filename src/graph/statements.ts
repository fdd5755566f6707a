import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SelfsameError } from '../errors.ts'

const folder = join(import.meta.dirname, '..', '..', 'cypher')
const loaded = new Map<string, string>()

/** The text of a statement by its path under `cypher/` without the ending, `read/customer`. Read once. */
export function statement(name: string): string {
  let text = loaded.get(name)
  if (text === undefined) {
    try {
      text = readFileSync(join(folder, `${name}.cypher`), 'utf8')
    } catch (cause) {
      throw new SelfsameError('bug', `no statement of the name ${name}`, { cause })
    }
    loaded.set(name, text)
  }
  return text
}
