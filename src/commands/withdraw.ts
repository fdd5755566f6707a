import { randomUUID } from 'node:crypto'
import { SelfsameError } from '../errors.ts'
import { type Graph, int } from '../graph/graph.ts'
import { withdrawalScope } from '../identity/evidence.ts'
import { recordKey } from '../identity/keys.ts'
import { isScope } from '../identity/normalise.ts'
import type { IdentifierKey, RecordKey, Withdrawal } from '../identity/types.ts'
import type { Resolver } from '../resolver/resolver-types.ts'
import { decisionSuperseded } from './decision-superseded.ts'

/** A source, one of its loads, or one of its records. */
export interface WithdrawalSubject {
  readonly source: string
  readonly load?: string | undefined
  readonly record?: string | undefined
}

export interface WithdrawOptions {
  readonly verdict: Withdrawal['verdict']
  readonly by: string
  readonly reason: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly onProgress?: (identifiers: number) => void
}

export interface WithdrawDependencies {
  readonly graph: Graph
  readonly resolver: Resolver
}

const PAGE = 500

/**
 * Takes a source, a load or a record out of what counts, or back in: it holds for what arrives later too. Returns the
 * number of identifiers looked at. Throws `bad_subject` where it names none, `decision_superseded` where a later
 * decision about the same is in force.
 */
export async function withdraw(
  dependencies: WithdrawDependencies,
  subject: WithdrawalSubject,
  { onProgress, ...decided }: WithdrawOptions,
): Promise<number> {
  checkSubject(subject)
  const decision: Withdrawal = { decision: 'withdrawal', id: randomUUID(), scope: scopeOf(subject), ...decided }
  const { inForce, looked } = await carryOut(dependencies, decision, subject, onProgress)
  if (inForce) return looked
  throw decisionSuperseded()
}

function checkSubject({ source, load, record }: WithdrawalSubject): void {
  const wrong = !isScope(source) ? 'source' : load !== undefined && !isScope(load) ? 'load' : undefined
  if (wrong !== undefined) {
    throw new SelfsameError('bad_subject', `that is no name of a ${wrong}`, {
      remedy: 'names hold no colon and no bar',
    })
  }
  if (load !== undefined && record !== undefined) {
    throw new SelfsameError('bad_subject', 'a load or a record is withdrawn, not both', { remedy: 'give one of them' })
  }
}

/**
 * Commits the decision, which every batch honours from then on; the pages that follow re-resolve what it reaches, so
 * that an interrupted command is finished by giving it again.
 */
export async function carryOut(
  { graph, resolver }: WithdrawDependencies,
  decision: Withdrawal,
  { source, load, record }: WithdrawalSubject,
  onProgress: WithdrawOptions['onProgress'] = () => undefined,
): Promise<{ inForce: boolean; looked: number }> {
  const { decided } = await resolver.apply({ observations: [], decisions: [decision] })
  const inForce = decided > 0
  for await (const records of recordPages(graph, source, record)) {
    await resolver.apply({ observations: [], revisit: { identifiers: [], records } })
  }
  // A record's claims are reached through the record; events stand on a source and a load alone.
  let looked = 0
  if (record !== undefined) return { inForce, looked }
  for await (const identifiers of identifierPages(graph, load === undefined ? source : `${source}|${load}`)) {
    await resolver.apply({ observations: [], revisit: { identifiers, records: [] } })
    looked += identifiers.length
    onProgress(looked)
  }
  return { inForce, looked }
}

function scopeOf({ source, load, record }: WithdrawalSubject): string {
  if (record !== undefined) return withdrawalScope.record(source, record)
  return load === undefined ? withdrawalScope.source(source) : withdrawalScope.load(source, load)
}

async function* recordPages(graph: Graph, source: string, id: string | undefined): AsyncIterable<RecordKey[]> {
  if (id !== undefined) {
    yield [recordKey(source, id)]
    return
  }
  let after = ''
  for (;;) {
    const rows = await graph.read<{ key: RecordKey }>('identity/source-records', {
      after,
      source,
      id: null,
      limit: int(PAGE),
    })
    if (rows.length === 0) return
    yield rows.map(({ key }) => key)
    after = rows.at(-1)?.key ?? ''
  }
}

async function* identifierPages(graph: Graph, support: string): AsyncIterable<IdentifierKey[]> {
  let after = ''
  for (;;) {
    const params = { after, support, limit: int(PAGE) }
    const rows = await graph.read<{ key: IdentifierKey }>('identity/supported-identifiers', params)
    if (rows.length === 0) return
    yield rows.map(({ key }) => key)
    after = rows.at(-1)?.key ?? ''
  }
}
