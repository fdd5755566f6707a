import type { NotAnIdentifier } from '../../src/identity/normalise.ts'
import type { BatchResult } from '../../src/resolver/resolver-types.ts'
import type { DeadLetterReason, Outcome } from '../outcome.ts'

/** What became of a file. */
export interface Summary {
  readonly read: number
  readonly applied: number
  readonly unchanged: number
  /** Handed to Kafka, where --topic was given. */
  readonly sent: number
  readonly rejected: Readonly<Partial<Record<DeadLetterReason, number>>>
  /** Where the refused lines are, if there are any. */
  readonly rejectsFile: string | null
  readonly identifiersLeftOut: Readonly<Partial<Record<NotAnIdentifier, number>>>
  /** Traits that could not be read as what they should be, by name. */
  readonly keptAsText: Readonly<Record<string, number>>
  readonly identifiersCreated: number
  readonly edgesCreated: number
  readonly transactions: number
  /** Milliseconds of all transactions by step. */
  readonly timings: BatchResult['timings']
  readonly seconds: number
  /** Lines a second. */
  readonly rate: number
}

export type Tally = ReturnType<typeof createTally>

/** Counts while a file is read. */
export function createTally(now: () => number = () => performance.now()) {
  const start = now()
  const counts = { read: 0, applied: 0, unchanged: 0, sent: 0, rejected: 0 }
  const graph = { identifiersCreated: 0, edgesCreated: 0, transactions: 0 }
  const timings = { read: 0, decide: 0, write: 0, commit: 0 }
  const rejected = new Map<DeadLetterReason, number>()
  const leftOut = new Map<NotAnIdentifier, number>()
  const keptAsText = new Map<string, number>()
  return {
    counts: counts as Readonly<typeof counts>,
    seconds: () => (now() - start) / 1000,
    leftOut: (reasons: readonly NotAnIdentifier[]) => {
      for (const reason of reasons) bump(leftOut, reason)
    },
    keptAsText: (trait: string) => bump(keptAsText, trait),
    outcomes: (outcomes: readonly (Outcome | { readonly kind: 'sent' })[]) => {
      counts.read += outcomes.length
      for (const outcome of outcomes) {
        if (outcome.kind !== 'dead_letter') counts[outcome.kind] += 1
        else {
          counts.rejected += 1
          bump(rejected, outcome.reason)
        }
      }
    },
    committed: (result: BatchResult) => {
      graph.transactions += 1
      graph.identifiersCreated += result.identifiersCreated
      graph.edgesCreated += result.edgesCreated
      for (const step of ['read', 'decide', 'write', 'commit'] as const) timings[step] += result.timings[step]
    },
    summary(rejectsFile: string): Summary {
      const seconds = (now() - start) / 1000
      return {
        ...{ read: counts.read, applied: counts.applied, unchanged: counts.unchanged, sent: counts.sent },
        rejected: Object.fromEntries(rejected),
        rejectsFile: counts.rejected > 0 ? rejectsFile : null,
        identifiersLeftOut: Object.fromEntries(leftOut),
        keptAsText: Object.fromEntries(keptAsText),
        ...graph,
        timings,
        seconds,
        rate: seconds > 0 ? counts.read / seconds : 0,
      }
    },
  }
}

function bump<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
