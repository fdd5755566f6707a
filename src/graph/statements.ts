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
      text = prefixOf(name) + readFileSync(join(folder, `${name}.cypher`), 'utf8')
    } catch (cause) {
      throw new SelfsameError('bug', `no statement of the name ${name}`, { cause })
    }
    loaded.set(name, text)
  }
  return text
}

/**
 * A growing store plans its statements anew every ten seconds, which takes longer than to run them. The resolver's
 * name the seek of every look-up (`USING INDEX SEEK`: by `USING INDEX` alone an empty index may be scanned, and that plan
 * kept), so no statistics would change their plans.
 */
function prefixOf(name: string): string {
  return name.startsWith('identity/') ? 'CYPHER replan=skip\n' : ''
}
