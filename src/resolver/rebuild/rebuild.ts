import { SelfsameError } from '../../errors.ts'
import { translate } from '../../graph/errors.ts'
import type { Graph, Transaction } from '../../graph/graph.ts'
import { type Held, holdTransaction } from '../../graph/hold-transaction.ts'
import { promoteModel } from '../../graph/models.ts'
import { readAllDecisions } from '../../graph/rebuild-reads.ts'
import { lockAlone, raiseEpoch } from '../../graph/resolver-lock.ts'
import { componentsOf } from '../../identity/components.ts'
import { PackedFacts } from '../../identity/packed-facts.ts'
import type { Rules } from '../../identity/resolve.ts'
import { scoredLinks } from '../../identity/scoring.ts'
import { createMatching } from '../../matching/matching.ts'
import type { Model } from '../../matching/model.ts'
import { createChampion } from '../champion.ts'
import { compareAssertions } from './compare-assertions.ts'
import { compareBlocks } from './compare-blocks.ts'
import { compareCustomers } from './compare-customers.ts'
import { comparePairs, comparePlaces, readPlaces } from './compare-places.ts'
import { compareRecords } from './compare-records.ts'
import { type Crossings, compareScores } from './compare-scores.ts'
import { CustomerTable } from './customer-table.ts'
import { createFindings, type Findings } from './findings.ts'
import { type Damage, type Repaired, repair, type World } from './repair.ts'
import { compareRefused, resolveAll } from './resolve-all.ts'

export type Step = 'records' | 'blocks' | 'identifiers' | 'pairs' | 'scores' | 'components' | 'customers' | 'repair'

export interface RebuildOptions {
  readonly graph: Graph
  /** Their matching is what holds until a model is promoted. */
  readonly rules: Rules
  /** Resolves by this model instead of the one in force; where it is to be written, it is in force from then on. */
  readonly challenger?: Model
  /** Whether to write what differs. */
  readonly repair: boolean
  /** Differences listed a part. Default 20. */
  readonly limit?: number
  /** Rows a repairing transaction, about; a customer comes whole. Default 2000. */
  readonly page?: number
  /** Milliseconds since the epoch; history only. */
  readonly now?: () => number
  /** Called with each row of a step. */
  readonly onRow?: (step: Step) => void
}

export interface Rebuilt {
  /** Whether the graph held what its evidence implies. */
  readonly equal: boolean
  readonly parts: Findings['parts']
  /** Of scored pairs, whether or not anything else stands between them. */
  readonly links: Crossings
  /** What was written; absent where nothing was to be. */
  readonly repaired: Repaired | undefined
}

/**
 * Compares all that the graph holds with what `resolve` answers of all its evidence, and writes the difference where it
 * is to. Resolvers wait meanwhile. Throws `id_key_differs`, `challenger_gone`, `lock_lost`, and what the graph throws.
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const { graph, challenger, limit = 20, page = 2000, now = Date.now } = options
  let isWriting = false
  const work = async (held: Held): Promise<Rebuilt> => {
    // Before anything is written by it, and before minutes are spent. It is in force once all is committed.
    if (challenger !== undefined && options.repair) await promoteModel(held, challenger.name)
    const rules = await rulesFor(options, held)
    const findings = createFindings(limit)
    const { damage, world, links } = await compare({ ...options, rules }, findings)
    const equal = Object.values(findings.parts).every(({ differences }) => differences === 0)
    if (equal || !options.repair) return { equal, parts: findings.parts, links, repaired: undefined }
    isWriting = true
    const repaired = await repair(damage, world, {
      ...{ graph, held, at: now(), policy: rules.policy.hash, model: rules.matching.model, page },
      onRow: () => options.onRow?.('repair'),
    })
    await raiseEpoch(held)
    return { equal, parts: findings.parts, links, repaired }
  }
  try {
    return await holdTransaction(graph, lockAlone, work)
  } catch (error) {
    throw isWriting && challenger !== undefined ? halfApplied(challenger, translate(error)) : error
  }
}

/** What was written is committed, page by page, and the promotion with none of them. */
function halfApplied({ name }: Model, cause: SelfsameError): SelfsameError {
  const left = `before ${name} was in force: some of the scores and customers follow it already`
  return new SelfsameError(cause.code, `${cause.message}, ${left}`, {
    ...{ retriable: cause.retriable, cause },
    remedy: 'run selfsame train --apply again to finish it, or selfsame rebuild to go back to the model in force',
  })
}

/** The lock is held already: asked again, it tells the model in force. */
async function rulesFor({ rules, challenger }: RebuildOptions, held: Transaction): Promise<Rules> {
  const { policy } = rules
  if (challenger !== undefined) return { ...rules, matching: createMatching(challenger, policy) }
  return createChampion(rules)(held, await lockAlone(held))
}

async function compare(
  { graph, rules, onRow }: RebuildOptions,
  findings: Findings,
): Promise<{ damage: Damage; world: World; links: Crossings }> {
  const rowOf = (step: Step) => () => onRow?.(step)
  const facts = new PackedFacts(await readAllDecisions(graph), rules.policy)
  const customers = new CustomerTable()
  const records = await compareRecords(graph, facts, { matching: rules.matching, findings }, rowOf('records'))
  const blocks = await compareBlocks(graph, records.current, findings, rowOf('blocks'))
  const places = await readPlaces(graph, facts, customers, rowOf('identifiers'))
  const pairs = await comparePairs(graph, facts, findings, rowOf('pairs'))
  facts.settle()
  const scored = await scoredLinks(records.current, rules)
  const components = componentsOf(facts, scored, rules)
  const refused = resolveAll(facts, components, customers, rowOf('components'))
  const scores = await compareScores(graph, { scored, refused: refused.scored, rules }, findings, rowOf('scores'))
  const comparing = { facts, components, customers, findings, idKey: rules.idKey }
  const damage: Damage = {
    rows: records.differing,
    blocks,
    ...{ times: pairs.times, neverRefused: pairs.neverRefused },
    identifiers: comparePlaces(facts, places, findings),
    scores: scores.damage,
    refused: compareRefused(facts, pairs.refused, refused.pairs, findings),
    customers: await compareCustomers(graph, comparing, rowOf('customers')),
    assertions: await compareAssertions(graph, facts, refused.asserted, findings),
  }
  return { damage, world: { facts, components, customers }, links: scores.crossings }
}
