import type { Asked, AuditEntry } from '../graph/audit.ts'
import type { ResumeOffset } from '../graph/ingest-offsets.ts'
import type { Decision, IdentifierKey, Observation, RecordKey } from '../identity/types.ts'

export type { ResumeOffset } from '../graph/ingest-offsets.ts'

/** What is committed in one transaction. */
export interface Batch {
  readonly observations: readonly Observation[]
  readonly decisions?: readonly Decision[]
  /** Where a restored graph resumes, written with the evidence. */
  readonly offsets?: readonly ResumeOffset[]
  /** Facts to look at again although nothing new is said of them: what a withdrawal reaches. */
  readonly revisit?: { readonly identifiers: readonly IdentifierKey[]; readonly records: readonly RecordKey[] }
}

/** What a batch did. Committed when it is returned. */
export interface BatchResult {
  /** For each observation, in order, whether it brought anything new. */
  readonly outcomes: readonly ('applied' | 'unchanged')[]
  /** How many of the decisions are in force now and were not before: an older one than that in force is not. */
  readonly decided: number
  readonly identifiersCreated: number
  readonly edgesCreated: number
  readonly customersSaved: number
  readonly customersRetired: number
  /** Links refused that were not before. */
  readonly refused: number
  /** What could not be told by adding alone. */
  readonly slowPath: {
    /** Components resolved anew, with their identifiers in all. */
    readonly components: number
    readonly identifiers: number
    /** Components past the limit, left as they were. */
    readonly unresolved: number
  }
  readonly retries: number
  /** Milliseconds by step. */
  readonly timings: { readonly read: number; readonly decide: number; readonly write: number; readonly commit: number }
}

/** The only writer of identity state. Batches of one resolver are applied one after another. */
export interface Resolver {
  apply(batch: Batch): Promise<BatchResult>
}

/** A person's decision, given to be carried out and kept in the audit trail. */
export interface Order {
  readonly decision: Decision
  readonly asked: Asked
  /** Whether to tell what it would change, and to write nothing. */
  readonly dryRun: boolean
}

/**
 * What came of an order. `applied`: committed, or of a dry run what would be. `known`: that was in force already, which
 * alone was noted. `repeated`: the same caller gave this key before, perhaps with another request; the entry of then.
 * `superseded`: a later decision about the same is in force, and nothing was written.
 */
export type Ruling =
  | { readonly kind: 'applied' | 'known' | 'repeated'; readonly entry: AuditEntry }
  | { readonly kind: 'superseded' }

export interface DecidingResolver extends Resolver {
  /** Carries out an order, with its audit entry in the same transaction; others wait meanwhile. */
  order(order: Order): Promise<Ruling>
}
