import { randomUUID } from 'node:crypto'
import { SelfsameError } from '../errors.ts'
import type { Asked, AuditEntry } from '../graph/audit.ts'
import type { ToldDifference } from '../identity/difference-tally.ts'
import { canonicalDigest } from '../identity/policy.ts'
import type { Assertion, Decision, Millis, Override, Withdrawal } from '../identity/types.ts'
import type { DecidingResolver } from '../resolver/resolver-types.ts'
import { decisionSuperseded } from './decision-superseded.ts'

/** Who gives a command, why, and how. */
export interface Given {
  readonly by: string
  /** Default: whoever works at the machine. */
  readonly role?: string
  readonly reason: string
  /** Given again by the same caller, the command is answered as the first time and not carried out again. Default: a new one. */
  readonly idempotencyKey?: string
  /** Whether to tell what would change, and to write nothing. */
  readonly dryRun?: boolean
  /** Default: now. */
  readonly at?: Millis
}

export interface CommandResult {
  readonly dryRun: boolean
  /** Id of the entry in the audit trail; undefined of a dry run. */
  readonly auditId: string | undefined
  /** Whether that was in force already: then nothing was changed. */
  readonly known: boolean
  /** Components too large to be resolved at once: they wait for a rebuild. */
  readonly unresolved: number
  readonly difference: ToldDifference
}

/** A decision without what every command gives. */
type Verdict = Bare<Assertion> | Bare<Override> | Bare<Withdrawal>
type Bare<D extends Decision> = Omit<D, 'id' | 'at' | 'by' | 'reason'>

const OPERATOR = 'operator'

/**
 * Has a decision carried out and kept in the audit trail. Throws `decision_superseded` where a later decision about the
 * same is in force, `idempotency_key_reused` where this caller gave the key to another request.
 */
export async function giveOrder(
  resolver: DecidingResolver,
  command: string,
  verdict: Verdict,
  given: Given,
): Promise<CommandResult> {
  const { by, reason, at = Date.now(), dryRun = false } = given
  const decision = { ...verdict, id: randomUUID(), at, by, reason } as Decision
  const asked = askedFor(command, verdict, given)
  const ruling = await resolver.order({ decision, asked, dryRun })
  if (ruling.kind === 'superseded') throw decisionSuperseded()
  return resultOf(ruling.entry, { asked, dryRun, isNew: ruling.kind !== 'repeated' })
}

/** A command as the audit trail keeps it; `verdict`: all that it says. */
export function askedFor(command: string, verdict: Verdict | Unsure, given: Given): Asked {
  const { by, role = OPERATOR, reason, idempotencyKey = randomUUID() } = given
  const request = canonicalDigest({ command, verdict, reason })
  return { by, role, command, reason, idempotencyKey, request, ...subjectOf(verdict) }
}

/** A look at a pair that told nothing: no decision, but kept as one. */
export interface Unsure extends Pick<Assertion, 'a' | 'b'> {
  readonly decision: 'unsure'
}

function subjectOf(verdict: Verdict | Unsure): Pick<Asked, 'subject' | 'other'> {
  switch (verdict.decision) {
    case 'assertion':
    case 'unsure':
      return { subject: verdict.a, other: verdict.b }
    case 'override':
      return { subject: verdict.identifier }
    case 'withdrawal':
      return { subject: verdict.scope }
  }
}

/** What is answered: of a request made before what was answered then. Throws `idempotency_key_reused`. */
export function resultOf(
  { id, known, unresolved, difference, request }: AuditEntry,
  { asked, dryRun, isNew }: { readonly asked: Asked; readonly dryRun: boolean; readonly isNew: boolean },
): CommandResult {
  if (request !== asked.request) {
    throw new SelfsameError('idempotency_key_reused', 'this idempotency key was given to another command before', {
      remedy: 'give each command a key of its own; the same key only to send the same command again',
    })
  }
  return { dryRun, auditId: dryRun && isNew ? undefined : id, known, unresolved, difference }
}
