import { randomUUID } from 'node:crypto'
import { SelfsameError } from '../errors.ts'
import type { Graph } from '../graph/graph.ts'
import { readDecisions } from '../graph/identity-reads.ts'
import { decisionSubject } from '../identity/evidence.ts'
import { pairKey, pairOf } from '../identity/keys.ts'
import type { Assertion, IdentifierKey, Millis } from '../identity/types.ts'
import type { Resolver } from '../resolver/resolver-types.ts'
import { decisionSuperseded } from './decision-superseded.ts'

/** What a person says of two identifiers; `withdrawn` leaves them as if nobody had ever said anything. */
export interface Verdict {
  readonly a: IdentifierKey
  readonly b: IdentifierKey
  readonly verdict: Assertion['verdict']
  readonly by: string
  readonly reason: string
  readonly at: Millis
}

export interface Asserted {
  /** Whether that was in force already: then nothing is written. */
  readonly known: boolean
  readonly customersSaved: number
  readonly customersRetired: number
}

/**
 * Decides whether two identifiers are one customer's: it holds whatever comes later, and however often the sources tell
 * the same again. Throws `same_identifier`, and `decision_superseded` where a later decision about the pair is in force.
 */
export async function assertPair(
  { graph, resolver }: { readonly graph: Graph; readonly resolver: Resolver },
  { a, b, ...decided }: Verdict,
): Promise<Asserted> {
  if (a === b) {
    throw new SelfsameError('same_identifier', 'that is one identifier, not two', { remedy: 'name another one' })
  }
  const [least, greatest] = pairOf(pairKey(a, b))
  const assertion: Assertion = { decision: 'assertion', id: randomUUID(), a: least, b: greatest, ...decided }
  const subject = decisionSubject(assertion)
  const inForce = (await readDecisions({ run: graph.read }, [subject])).get(subject)?.verdict ?? 'withdrawn'
  if (inForce === decided.verdict) return { known: true, customersSaved: 0, customersRetired: 0 }
  const result = await resolver.apply({ observations: [], decisions: [assertion] })
  if (result.decided > 0) return { known: false, ...result }
  throw decisionSuperseded()
}
