import type { Rejection } from '../src/identity/observation.ts'

/** Why bytes are no message, before anything is known of what it says. */
type NotAMessage =
  | 'empty'
  | 'too_large'
  | 'not_utf8'
  | 'too_deep'
  | 'malformed_json'
  | 'missing_field'
  | 'wrong_type'
  | 'wrong_value'

/** Why a row of a table is no message. */
type NotARow = 'unclosed_quote' | 'malformed_csv' | 'wrong_column_count'

/**
 * Stable words: they stand in dead letters, rejects files and metrics. `internal` is a defect of ours that one
 * message brings out: it is set aside, so that the others go on.
 */
export type DeadLetterReason = NotAMessage | NotARow | Rejection | 'internal'

export interface DeadLetter {
  readonly kind: 'dead_letter'
  readonly reason: DeadLetterReason
  /** JSON pointer of the part that is wrong, where it is one. */
  readonly field?: string
}

/** How a message ends: each ends as one of these, and each is counted. */
export type Outcome = { readonly kind: 'applied' } | { readonly kind: 'unchanged' } | DeadLetter

export function deadLetter(reason: DeadLetterReason, field?: string): DeadLetter {
  return { kind: 'dead_letter', reason, ...(field === undefined ? {} : { field }) }
}
