import type { Graph, Transaction } from '../graph/graph.ts'
import { readFormers } from '../graph/identity-reads.ts'
import { saveOffsets } from '../graph/identity-writes.ts'
import { type Evolution, evolve } from '../identity/history.ts'
import { type Rules, resolveFacts } from '../identity/resolve.ts'
import type { CustomerId } from '../identity/types.ts'
import { newsOf } from './news.ts'
import type { Batch, BatchResult, Resolver } from './resolver-types.ts'
import { readSlice } from './slice.ts'
import { type Touched, touch } from './touched.ts'
import { type Written, writeDifference } from './write-difference.ts'

export interface ResolverDependencies {
  readonly graph: Graph
  readonly rules: Rules
  /** Milliseconds since the epoch; history only, no customer depends on it. */
  readonly now?: () => number
  readonly onRetry?: (code: string) => void
}

/**
 * The resolver that reads each touched component whole, resolves it and writes the difference, together with the
 * evidence and the resume offsets, in one transaction. Resolvers take turns (a lock in the graph), so that any
 * number of processes may run it. A batch may be applied again: evidence joins idempotently.
 * Throws `graph_unreachable`, `graph_busy`, `graph_timeout`, `graph_refused`, after minutes or many attempts where trying again may help.
 */
export function createResolver({ graph, rules, now = Date.now, onRetry }: ResolverDependencies): Resolver {
  return {
    async apply(batch: Batch): Promise<BatchResult> {
      const clock = stopwatch()
      let retries = 0
      const result = await graph.write(
        async (tx) => {
          clock.start()
          await tx.run('identity/lock-resolver')
          const { touched, slice, resolution, formers } = await read(tx, batch, rules, clock)
          const evolution = evolve(slice.customers, formers, resolution.customers)
          clock.lap('decide')
          const written = await writeDifference(tx, batch, { touched, slice, resolution, evolution }, rules, now())
          await saveOffsets(tx, batch.offsets ?? [])
          clock.lap('write')
          return { touched, evolution, written }
        },
        (code) => {
          retries += 1
          onRetry?.(code)
        },
      )
      clock.lap('commit')
      return summary(result, clock.laps, retries)
    },
  }
}

async function read(tx: Transaction, batch: Batch, rules: Rules, clock: Stopwatch) {
  const touched = await touch(tx, batch)
  const slice = await readSlice(tx, touched, newsOf(batch, touched), rules.policy)
  clock.lap('read')
  const resolution = resolveFacts(slice.facts, slice.statuses, rules)
  clock.lap('decide')
  const alive = new Set(slice.customers.map(({ id }) => id))
  const ids = resolution.customers.map(({ id }) => id).filter((id: CustomerId) => !alive.has(id))
  const formers = await readFormers(tx, ids)
  clock.lap('read')
  return { touched, slice, resolution, formers }
}

function summary(
  { touched, evolution, written }: { touched: Touched; evolution: Evolution; written: Written },
  timings: BatchResult['timings'],
  retries: number,
): BatchResult {
  return {
    outcomes: touched.news.map((isNew) => (isNew ? 'applied' : 'unchanged')),
    decided: touched.decided.length,
    identifiersCreated: written.identifiersCreated,
    edgesCreated: written.edgesCreated,
    customersSaved: evolution.saved.length,
    customersRetired: evolution.retired.length,
    retries,
    timings,
  }
}

type Step = keyof BatchResult['timings']
type Stopwatch = ReturnType<typeof stopwatch>

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
