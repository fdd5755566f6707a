import type { BusinessEvent } from '../src/identity/types.ts'
import type { Known } from './novelty-filter.ts'
import type { DeadLetter } from './outcome.ts'
import type { Accepted } from './understand.ts'

/** What remains of a message whose observation brings nothing new: it ends as unchanged, its event is kept. */
interface KnownMessage {
  readonly kind: 'known'
  readonly event: BusinessEvent | undefined
}

export type Understanding = Accepted | DeadLetter | KnownMessage

/** The same, or what remains of it where all that it says is known. */
export function passOver(understood: Accepted | DeadLetter, known: Known): Understanding {
  if (understood.kind === 'dead_letter' || !known.knows(understood.observation)) return understood
  // Nothing else: thousands of these wait for the end of a batch, and the garbage collector walks each.
  return { kind: 'known', event: understood.event }
}
