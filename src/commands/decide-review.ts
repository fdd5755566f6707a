import { SelfsameError } from '../errors.ts'
import { readAuditEntry } from '../graph/audit.ts'
import type { Graph, Transaction } from '../graph/graph.ts'
import { readScores } from '../graph/scoring-reads.ts'
import { pairKey } from '../identity/keys.ts'
import type { IdentifierKey } from '../identity/types.ts'
import type { DecidingResolver } from '../resolver/resolver-types.ts'
import { assertPair } from './assert-pair.ts'
import type { CommandResult, Given } from './give-order.ts'
import { noteUnsure } from './note-unsure.ts'

export interface ReviewAnswer {
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly answer: 'same' | 'not_same' | 'unsure'
}

/**
 * Answers about a pair that the model proposed: it is the same customer, it is not, or nobody can tell. Throws
 * `not_in_review` where the model proposes no such pair, and as `assertPair`.
 */
export async function decideReview(
  desk: { readonly graph: Graph; readonly resolver: DecidingResolver },
  { a, b, answer }: ReviewAnswer,
  given: Given,
): Promise<CommandResult> {
  const tx: Transaction = { run: desk.graph.read }
  const isProposed = (await readScores(tx, [a])).has(pairKey(a, b))
  if (!isProposed && a !== b && !(await wasAnswered(tx, given))) {
    throw new SelfsameError('not_in_review', 'no such pair waits to be reviewed', {
      remedy: 'take one of the review queue, or decide about any two by assertSame and assertDifferent',
    })
  }
  if (answer === 'unsure') return await noteUnsure(desk, { a, b }, given)
  return await assertPair(desk, { a, b, verdict: answer, command: 'decideReview' }, given)
}

/** Whether the key was given before: then it is answered as it was, though the pair is not proposed any more. */
async function wasAnswered(tx: Transaction, { by, idempotencyKey }: Given): Promise<boolean> {
  return idempotencyKey !== undefined && (await readAuditEntry(tx, { by, idempotencyKey })) !== undefined
}
