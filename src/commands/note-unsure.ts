import { type AuditEntry, auditIdAt, readAuditEntry, saveAuditEntry } from '../graph/audit.ts'
import { type Graph, int } from '../graph/graph.ts'
import { customerDifference } from '../identity/customer-difference.ts'
import { toldDifference } from '../identity/difference-tally.ts'
import { pairKey } from '../identity/keys.ts'
import type { IdentifierKey } from '../identity/types.ts'
import { twoOf } from './assert-pair.ts'
import { askedFor, type CommandResult, type Given, resultOf } from './give-order.ts'

/**
 * Keeps that somebody looked at a pair and could not tell: it is asked about last, and no customer changes. Throws
 * `same_identifier`, `idempotency_key_reused`.
 */
export async function noteUnsure(
  { graph }: { readonly graph: Graph },
  pair: { readonly a: IdentifierKey; readonly b: IdentifierKey },
  given: Given,
): Promise<CommandResult> {
  const { a, b } = twoOf(pair.a, pair.b)
  const { at = Date.now(), dryRun = false } = given
  const asked = askedFor('decideReview', { decision: 'unsure', a, b }, given)
  const entry: AuditEntry = {
    ...{ ...asked, id: auditIdAt(at), at, before: 'none', after: 'unsure', known: false, unresolved: 0 },
    difference: toldDifference(customerDifference([], [])),
  }
  const run = dryRun ? graph.rehearse : graph.write
  // Of two with one key at once the second is refused by the store, and tried again: then it finds the first.
  const earlier = await run(async (tx) => {
    const known = await readAuditEntry(tx, asked)
    if (known !== undefined || dryRun) return known
    await tx.run('identity/note-unsure', { pair: pairKey(a, b), by: given.by, reason: given.reason, at: int(at) })
    await saveAuditEntry(tx, entry)
    return undefined
  })
  return resultOf(earlier ?? entry, { asked, dryRun, isNew: earlier === undefined })
}
