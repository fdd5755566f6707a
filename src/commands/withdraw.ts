import { SelfsameError } from '../errors.ts'
import { type Graph, int } from '../graph/graph.ts'
import { withdrawalScope } from '../identity/evidence.ts'
import { recordKey } from '../identity/keys.ts'
import { isScope } from '../identity/normalise.ts'
import type { IdentifierKey, RecordKey, Withdrawal } from '../identity/types.ts'
import type { DecidingResolver, Resolver } from '../resolver/resolver-types.ts'
import { type Given, giveOrder } from './give-order.ts'

/** A source, one of its loads, or one of its records. */
export interface WithdrawalSubject {
  readonly source: string
  readonly load?: string | undefined
  readonly record?: string | undefined
}

export interface WithdrawOptions extends Omit<Given, 'dryRun'> {
  readonly verdict: Withdrawal['verdict']
  readonly onProgress?: (identifiers: number) => void
}

const PAGE = 500

/**
 * Takes a source, a load or a record out of what counts, or back in: it holds for what arrives later too. Returns the
 * number of identifiers looked at. Throws `bad_subject` where it names none, and as `giveOrder`.
 */
export async function withdraw(
  { graph, resolver }: { readonly graph: Graph; readonly resolver: DecidingResolver },
  subject: WithdrawalSubject,
  { onProgress, verdict, ...given }: WithdrawOptions,
): Promise<number> {
  checkSubject(subject)
  await giveOrder(resolver, COMMANDS[verdict], { decision: 'withdrawal', scope: scopeOf(subject), verdict }, given)
  // In force already, it may have been interrupted: what it reaches is looked at again.
  return await revisit({ graph, resolver }, subject, onProgress)
}

const COMMANDS: Readonly<Record<Withdrawal['verdict'], string>> = { withdrawn: 'withdraw', reinstated: 'reinstate' }

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

interface Revisiting {
  readonly graph: Graph
  readonly resolver: Resolver
}

/** The same of a decision with an id and a time of its own, without a trail: for those who tell a world again. */
export async function carryOut(
  { graph, resolver }: Revisiting,
  decision: Withdrawal,
  subject: WithdrawalSubject,
): Promise<void> {
  await resolver.apply({ observations: [], decisions: [decision] })
  await revisit({ graph, resolver }, subject)
}

/**
 * Every batch honours the decision once it is committed; these pages re-resolve what it reaches, so that an interrupted
 * command is finished by giving it again.
 */
async function revisit(
  { graph, resolver }: Revisiting,
  { source, load, record }: WithdrawalSubject,
  onProgress: WithdrawOptions['onProgress'] = () => undefined,
): Promise<number> {
  for await (const records of recordPages(graph, source, record)) {
    await resolver.apply({ observations: [], revisit: { identifiers: [], records } })
  }
  // A record's claims are reached through the record; events stand on a source and a load alone.
  let looked = 0
  if (record !== undefined) return looked
  for await (const identifiers of identifierPages(graph, load === undefined ? source : `${source}|${load}`)) {
    await resolver.apply({ observations: [], revisit: { identifiers, records: [] } })
    looked += identifiers.length
    onProgress(looked)
  }
  return looked
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
