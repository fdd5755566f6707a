import { createNotePruner } from '../graph/change-notes.ts'
import type { Graph, Transaction } from '../graph/graph.ts'
import { saveOffsets } from '../graph/identity-writes.ts'
import { readRecordsAbout } from '../graph/record-reads.ts'
import { lockMatching, raiseEpoch } from '../graph/resolver-lock.ts'
import { readAccountsOf, readBlocks, readDescriptions, readScores } from '../graph/scoring-reads.ts'
import type { Rules } from '../identity/resolve.ts'
import { createChampion } from './champion.ts'
import { type Decided, decide } from './decide.ts'
import { changedAlone, deriveGrown, readOverrides } from './derive.ts'
import { type Locks, openLocks } from './locks.ts'
import { newsOf } from './news.ts'
import { relinked } from './relinked.ts'
import { rescore, type ScoringReads } from './rescore.ts'
import type { Batch, BatchResult, DecidingResolver } from './resolver-types.ts'
import { readPartners, readStored } from './stored.ts'
import { takeOrder } from './take-order.ts'
import { type Touched, touch, withPartners } from './touched.ts'
import { type Difference, type Written, writeDifference } from './write-difference.ts'

export interface ResolverDependencies {
  readonly graph: Graph
  /** Their matching is what holds until a model is promoted. */
  readonly rules: Rules
  /** Identifiers of a component that is still resolved while others wait; larger ones are left to a rebuild. */
  readonly slowPathLimit?: number
  /** Milliseconds since the epoch; history only, no customer depends on it. */
  readonly now?: () => number
  readonly onRetry?: (code: string) => void
  /** How long an order waits for others, or for a store that is away. Default as long as batches do: minutes. */
  readonly orderPatienceMs?: number
}

const SLOW_PATH_LIMIT = 5000
/** A component has few pairs an identifier, and a hub at its edge many: those are read too, where it may cease to be one. */
const PAIRS_PER_IDENTIFIER = 10
/** Who has lost to the others this often is let through alone. */
const PATIENT_ATTEMPTS = 3

/**
 * The resolver: joins a batch to the evidence, decides which customers it makes, and writes the difference with the
 * evidence and the resume offsets, in one transaction. Any number may run at once, in one process or many: each holds
 * the customers that it touches. A batch may be applied again: evidence joins idempotently.
 * Throws `graph_unreachable`, `graph_busy`, `graph_timeout`, `graph_refused`, after minutes or many attempts where trying again may help.
 */
export function createResolver(dependencies: ResolverDependencies): DecidingResolver {
  const { graph, slowPathLimit = SLOW_PATH_LIMIT, now = Date.now, onRetry, orderPatienceMs } = dependencies
  const champion = createChampion(dependencies.rules)
  const pruneNotes = createNotePruner(graph)
  const limits = { identifiers: slowPathLimit, pairs: slowPathLimit * PAIRS_PER_IDENTIFIER }

  /** Reads and decides; nothing is written yet. */
  async function reach(tx: Transaction, batch: Batch, locks: Locks, onRead?: () => void): Promise<Reached> {
    const rules = await champion(tx, locks.model)
    // Before anything else is held: whoever waits for it holds nothing that its holder may want.
    if (mayRescore(batch)) await lockMatching(tx)
    const { touched, news, rescored, ...reading } = await read(tx, batch, locks, rules)
    onRead?.()
    const decided = await decide(tx, { touched, news, rescored, ...reading, locks, rules, limits })
    return { batch, touched, news, rescored, decided, rules }
  }

  async function write(tx: Transaction, { rules, ...difference }: Reached): Promise<Written> {
    const written = await writeDifference(tx, difference, rules, now())
    if (difference.touched.decided.some(({ decision }) => decision === 'withdrawal')) await raiseEpoch(tx)
    return written
  }

  return {
    async apply(batch: Batch): Promise<BatchResult> {
      const clock = stopwatch()
      let retries = 0
      const result = await graph.write(
        async (tx, attempt) => {
          clock.start()
          // A decision may be about what another batch is just creating.
          const decides = (batch.decisions?.length ?? 0) > 0 || batch.revisit !== undefined
          const locks = await openLocks(tx, decides || attempt > PATIENT_ATTEMPTS)
          const reached = await reach(tx, batch, locks, () => clock.lap('read'))
          clock.lap('decide')
          const written = await write(tx, reached)
          await saveOffsets(tx, batch.offsets ?? [])
          clock.lap('write')
          return { ...reached, written }
        },
        (code) => {
          retries += 1
          onRetry?.(code)
        },
      )
      clock.lap('commit')
      await pruneNotes()
      return summary(result, clock.laps, retries)
    },
    order: (order) => takeOrder(order, { graph, now, reach, write, onRetry, patienceMs: orderPatienceMs }),
  }
}

/** What follows from a batch, by the rules in force. */
interface Reached extends Difference {
  readonly rules: Rules
}

/** Reads what the batch is about and joins it; all that will be written is held. */
async function read(tx: Transaction, batch: Batch, locks: Locks, rules: Rules) {
  const touched = await touch(tx, batch, await readStored(tx, batch, locks))
  const news = newsOf(batch, touched)
  const overrides = await readOverrides(tx, touched, news.dirty)
  const grown = deriveGrown(touched, news, overrides, rules.policy)
  // Held before, with others: nobody can have changed them since they were read, so nothing is read again.
  await locks.own(changedAlone(touched, news, grown))
  const rescored = await rescore(scoringReads(tx), { touched, news }, rules)
  const partners = relinked(rescored, rules.policy).filter((key) => !touched.evidence.identifiers.has(key))
  return {
    touched: withPartners(touched, await readPartners(tx, partners, locks)),
    ...{ news, overrides, grown, rescored },
  }
}

function scoringReads(tx: Transaction): ScoringReads {
  return {
    blocks: (wanted) => readBlocks(tx, wanted),
    about: (accounts) => readRecordsAbout(tx, accounts),
    described: (records) => readDescriptions(tx, records),
    accountsOf: (records) => readAccountsOf(tx, records),
    scores: (accounts) => readScores(tx, accounts),
  }
}

/** Whether any record may say something else afterwards. */
function mayRescore({ observations, revisit }: Batch): boolean {
  return revisit !== undefined || observations.some(({ record }) => record !== undefined)
}

function summary(
  { touched, decided, written }: { touched: Touched; decided: Decided; written: Written },
  timings: BatchResult['timings'],
  retries: number,
): BatchResult {
  return {
    outcomes: touched.news.map((isNew) => (isNew ? 'applied' : 'unchanged')),
    decided: touched.decided.length,
    ...written,
    customersSaved: decided.evolution.saved.length,
    customersRetired: decided.evolution.retired.length,
    slowPath: {
      components: decided.slowSizes.length,
      identifiers: decided.slowSizes.reduce((sum, size) => sum + size, 0),
      unresolved: decided.unresolved.components,
    },
    retries,
    timings,
  }
}

type Step = keyof BatchResult['timings']

/** Milliseconds by step of the last attempt. */
function stopwatch() {
  const laps = { read: 0, decide: 0, write: 0, commit: 0 }
  let last = performance.now()
  return {
    laps: laps as Readonly<Record<Step, number>>,
    start() {
      Object.assign(laps, { read: 0, decide: 0, write: 0, commit: 0 })
      last = performance.now()
    },
    lap(step: Step) {
      const time = performance.now()
      laps[step] += time - last
      last = time
    },
  }
}
