import { SelfsameError } from '../src/errors.ts'
import { gather } from '../src/gather.ts'
import type { Batch, BatchResult, Resolver } from '../src/resolver/resolver-types.ts'
import { MAX_PAIRS, pairsOf } from './apply-batch.ts'

export interface Together {
  readonly resolver: Resolver
  /** Messages a transaction, at most. */
  readonly most: number
  /** Transactions under way. */
  readonly atOnce: number
  /** Is told of every transaction. */
  readonly onCommitted?: (result: BatchResult) => void
}

type Settled = { readonly result: BatchResult } | { readonly error: unknown }

/**
 * A resolver that commits what several partitions bring at once in one transaction: what comes while one is under way
 * goes with the next. Nothing waits for company. Where a joint transaction fails for a reason that trying again does
 * not mend, each batch is applied alone, so that a failure is that of the batch it belongs to.
 */
export function takeTogether(together: Together): Resolver {
  const { resolver, most, atOnce, onCommitted } = together
  const apply = async (batch: Batch): Promise<Settled> => {
    try {
      const result = await resolver.apply(batch)
      onCommitted?.(result)
      return { result }
    } catch (error) {
      return { error }
    }
  }
  const ask = gather<Batch, Settled>({
    atOnce,
    most: 1,
    weigh: ({ observations }) => Math.max(observations.length / most, pairsOf(observations) / MAX_PAIRS),
    work: async (batches) => {
      if (batches.length === 1) return [await apply(batches[0] as Batch)]
      const joint = await apply(join(batches))
      if ('result' in joint) return parts(joint.result, batches)
      if (joint.error instanceof SelfsameError && joint.error.retriable) return batches.map(() => joint)
      const alone: Settled[] = []
      for (const batch of batches) alone.push(await apply(batch))
      return alone
    },
  })
  return {
    async apply(batch) {
      const settled = await ask(batch)
      if ('error' in settled) throw settled.error
      return settled.result
    },
  }
}

function join(batches: readonly Batch[]): Batch {
  return {
    observations: batches.flatMap(({ observations }) => observations),
    offsets: batches.flatMap(({ offsets }) => offsets ?? []),
  }
}

/** To each batch its own outcomes; the counts are those of the whole transaction. */
function parts(result: BatchResult, batches: readonly Batch[]): Settled[] {
  let at = 0
  return batches.map(({ observations: { length } }) => {
    const outcomes = result.outcomes.slice(at, at + length)
    at += length
    return { result: { ...result, outcomes } }
  })
}
