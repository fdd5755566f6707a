import type { IdentifierKey, Override } from '../identity/types.ts'
import type { DecidingResolver } from '../resolver/resolver-types.ts'
import { type CommandResult, type Given, giveOrder } from './give-order.ts'

const COMMANDS: Readonly<Record<Override['verdict'], string>> = {
  block: 'blockIdentifier',
  allow: 'allowIdentifier',
  clear: 'clearIdentifierDecision',
}

/**
 * Decides that an identifier belongs to nobody (`block`), or that it links although it is a placeholder or shared
 * (`allow`); `clear` takes either back, and the policy alone says. Throws as `giveOrder`.
 */
export async function overrideIdentifier(
  { resolver }: { readonly resolver: DecidingResolver },
  { identifier, verdict }: { readonly identifier: IdentifierKey; readonly verdict: Override['verdict'] },
  given: Given,
): Promise<CommandResult> {
  return await giveOrder(resolver, COMMANDS[verdict], { decision: 'override', identifier, verdict }, given)
}
