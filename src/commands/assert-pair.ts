import { SelfsameError } from '../errors.ts'
import { pairKey, pairOf } from '../identity/keys.ts'
import type { Assertion, IdentifierKey } from '../identity/types.ts'
import type { DecidingResolver } from '../resolver/resolver-types.ts'
import { type CommandResult, type Given, giveOrder } from './give-order.ts'

/** What a person says of two identifiers; `withdrawn` leaves them as if nobody had ever said anything. */
export interface Verdict {
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly verdict: Assertion['verdict']
  /** The command that said so, as the audit trail names it. Default: that of the verdict. */
  readonly command?: string
}

const COMMANDS: Readonly<Record<Assertion['verdict'], string>> = {
  same: 'assertSame',
  not_same: 'assertDifferent',
  withdrawn: 'withdrawAssertion',
}

/**
 * Decides whether two identifiers are one customer's: it holds whatever comes later, and however often the sources tell
 * the same again. Throws `same_identifier`, and as `giveOrder`.
 */
export async function assertPair(
  { resolver }: { readonly resolver: DecidingResolver },
  { a, b, verdict, command = COMMANDS[verdict] }: Verdict,
  given: Given,
): Promise<CommandResult> {
  return await giveOrder(resolver, command, { decision: 'assertion', ...twoOf(a, b), verdict }, given)
}

/** A pair in the order of its keys. Throws `same_identifier` where it is none. */
export function twoOf(a: IdentifierKey, b: IdentifierKey): Pick<Assertion, 'a' | 'b'> {
  if (a === b) {
    throw new SelfsameError('same_identifier', 'that is one identifier, not two', { remedy: 'name another one' })
  }
  const [least, greatest] = pairOf(pairKey(a, b))
  return { a: least, b: greatest }
}
