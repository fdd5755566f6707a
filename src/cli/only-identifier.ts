import { type Finding, identifyText } from '../api/find-identifiers.ts'
import { SelfsameError } from '../errors.ts'
import type { IdentifierKey } from '../identity/types.ts'

/** The one identifier that a person means. Throws `unknown_identifier`, `ambiguous_identifier`, each with what to write. */
export async function onlyIdentifier(text: string, finding: Finding): Promise<IdentifierKey> {
  const [key, ...others] = await identifyText(text, finding)
  if (key === undefined) {
    throw new SelfsameError('unknown_identifier', `"${text}" was never observed`, {
      remedy: 'look how it is written; accounts are kind:scope:value, such as crm_contact:crm:1001',
    })
  }
  if (others.length === 0) return key
  throw new SelfsameError('ambiguous_identifier', `"${text}" may be several identifiers`, {
    remedy: `write one of them whole: ${[key, ...others].join(', ')}`,
  })
}
