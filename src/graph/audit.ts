import { randomUUID } from 'node:crypto'
import type { ToldDifference } from '../identity/difference-tally.ts'
import type { Millis } from '../identity/types.ts'
import { type Graph, int, type Transaction } from './graph.ts'

/** Who asks for what, and why. */
export interface Asked {
  readonly by: string
  /** What the caller may be, see `src/api/caller.ts`; `operator`: whoever works at the machine. */
  readonly role: string
  readonly command: string
  readonly reason: string
  /** The caller's own name of this request: given again, it is answered as the first time. */
  readonly idempotencyKey: string
  /** Digest of all that is asked. */
  readonly request: string
  /** What it is about: a key, of a pair the lesser one, or the scope of a withdrawal. */
  readonly subject: string
  /** The greater key of a pair. */
  readonly other?: string | undefined
}

/** What was asked and what came of it. */
export interface AuditEntry extends Asked {
  /** Ascends with time. */
  readonly id: string
  readonly at: Millis
  /** The verdict in force before, `none` where there was none. */
  readonly before: string
  readonly after: string
  /** Whether that was in force already: then nothing was changed. */
  readonly known: boolean
  /** Components past the slow path's limit: they wait for a rebuild. */
  readonly unresolved: number
  /** What became of the customers. */
  readonly difference: ToldDifference
}

type StoredEntry = Omit<AuditEntry, 'difference'> & { readonly difference: string }

const DIGITS = 36
/** Enough of them until the year 5188. */
const LENGTH = 9

/** An id that sorts after those of any time before. */
export function auditIdAt(at: Millis): string {
  return `a_${at.toString(DIGITS).padStart(LENGTH, '0')}_${randomUUID().slice(0, 8)}`
}

/** What was answered when this caller gave this key before; undefined where that was never. */
export async function readAuditEntry(
  tx: Transaction,
  { by, idempotencyKey }: Pick<Asked, 'by' | 'idempotencyKey'>,
): Promise<AuditEntry | undefined> {
  const [row] = await tx.run<{ entry: StoredEntry }>('identity/read-audit-entry', { by, key: idempotencyKey })
  return row && decode(row.entry)
}

/** Keeps what was done, in the transaction that does it. Where two give one key at once, the store refuses the second. */
export async function saveAuditEntry(tx: Transaction, { at, unresolved, difference, ...entry }: AuditEntry) {
  const properties = { ...entry, unresolved: int(unresolved), difference: JSON.stringify(difference) }
  await tx.run('identity/create-audit-entry', { properties, at: int(at) })
}

export interface AuditPage {
  /** An identifier's key, or the scope of a withdrawal. Default: whatever it is about. */
  readonly subject?: string | undefined
  readonly first: number
  /** Begin after this id. */
  readonly after?: string | undefined
}

/** A page of the audit trail, the newest first. */
export async function readAuditTrail(graph: Graph, { subject, first, after }: AuditPage): Promise<AuditEntry[]> {
  const params = { first: int(first), after: after ?? null }
  const rows =
    subject === undefined
      ? await graph.read<{ entry: StoredEntry }>('read/audit-trail', params)
      : await graph.read<{ entry: StoredEntry }>('read/audit-trail-of', { ...params, subject })
  return rows.map(({ entry }) => decode(entry))
}

function decode({ difference, ...entry }: StoredEntry): AuditEntry {
  return { ...entry, difference: JSON.parse(difference) }
}
