import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SelfsameError } from '../errors.ts'

const folder = join(import.meta.dirname, '..', '..', 'cypher')
const loaded = new Map<string, string>()

/** The text of a statement by its path under `cypher/` without the ending, `read/customer`. Read once. */
export function statement(name: string): string {
  let text = loaded.get(name)
  if (text === undefined) {
    try {
      text = prefixOf(name) + readFileSync(join(folder, `${name}.cypher`), 'utf8')
    } catch (cause) {
      throw new SelfsameError('bug', `no statement of the name ${name}`, { cause })
    }
    loaded.set(name, text)
  }
  return text
}

/** The names of all statements in a folder under `cypher/`, as `statement` takes them. */
export function statementsIn(part: string): string[] {
  return readdirSync(join(folder, part)).map((file) => `${part}/${file.replace(/\.cypher$/, '')}`)
}

/**
 * A growing store plans its statements anew every ten seconds, which takes longer than to run them. The resolver's
 * name the index of every look-up: no statistics would change their plans.
 */
function prefixOf(name: string): string {
  return name.startsWith('identity/') ? 'CYPHER replan=skip\n' : ''
}
