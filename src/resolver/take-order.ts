import { type AuditEntry, auditIdAt, readAuditEntry, saveAuditEntry } from '../graph/audit.ts'
import type { Graph, Transaction } from '../graph/graph.ts'
import { readDecisions } from '../graph/identity-reads.ts'
import { type CustomerDifference, customerDifference } from '../identity/customer-difference.ts'
import { toldDifference } from '../identity/difference-tally.ts'
import { decisionSubject } from '../identity/evidence.ts'
import type { Decision } from '../identity/types.ts'
import type { Decided } from './decide.ts'
import { type Locks, openLocks } from './locks.ts'
import type { Batch, Order, Ruling } from './resolver-types.ts'
import type { Difference } from './write-difference.ts'

export interface Ordering<Reached extends Difference> {
  readonly graph: Graph
  readonly now: () => number
  readonly onRetry: ((code: string) => void) | undefined
  readonly patienceMs: number | undefined
  readonly reach: (tx: Transaction, batch: Batch, locks: Locks) => Promise<Reached>
  readonly write: (tx: Transaction, reached: Reached) => Promise<unknown>
}

/** What is in force where nobody has decided. */
const UNDECIDED: Readonly<Record<Decision['decision'], Decision['verdict']>> = {
  assertion: 'withdrawn',
  override: 'clear',
  withdrawal: 'reinstated',
}

/**
 * Carries an order out, or tells what would come of it, by one and the same road: read and decided under the lock that
 * keeps all others away; written only where it is no dry run, with the audit entry, in the one transaction.
 */
export async function takeOrder<Reached extends Difference>(
  { decision, asked, dryRun }: Order,
  { graph, now, onRetry, patienceMs, reach, write }: Ordering<Reached>,
): Promise<Ruling> {
  const run = dryRun ? graph.rehearse : graph.write
  return await run(
    async (tx): Promise<Ruling> => {
      // Held before the key is looked for: of two orders with one key the second finds the answer of the first.
      const locks = await openLocks(tx, true)
      const earlier = await readAuditEntry(tx, asked)
      if (earlier !== undefined) return { kind: 'repeated', entry: earlier }
      const subject = decisionSubject(decision)
      const inForce = (await readDecisions(tx, [subject])).get(subject)
      const isKnown = (inForce?.verdict ?? UNDECIDED[decision.decision]) === decision.verdict
      const reached = isKnown ? undefined : await reach(tx, { observations: [], decisions: [decision] }, locks)
      if (reached?.touched.decided.length === 0) return { kind: 'superseded' }
      const at = now()
      const entry: AuditEntry = {
        ...asked,
        ...{ id: auditIdAt(at), at, before: inForce?.verdict ?? 'none', after: decision.verdict, known: isKnown },
        unresolved: reached?.decided.unresolved.components ?? 0,
        difference: toldDifference(reached === undefined ? customerDifference([], []) : differenceIn(reached.decided)),
      }
      if (!dryRun) {
        if (reached !== undefined) await write(tx, reached)
        await saveAuditEntry(tx, entry)
      }
      return { kind: isKnown ? 'known' : 'applied', entry }
    },
    onRetry,
    patienceMs,
  )
}

/** What becomes of the customers; those of which only the golden record changes are none of it. */
function differenceIn({ evolution: { saved, retired }, previous }: Decided): CustomerDifference {
  const ids = new Set([...saved.map(({ customer }) => customer.id), ...retired.map(({ id }) => id)])
  const before = [...previous.values()].filter(({ id }) => ids.has(id))
  return customerDifference(
    before,
    saved.map(({ customer }) => customer),
  )
}
