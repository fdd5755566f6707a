import { SelfsameError } from '../src/errors.ts'
import type { Observation } from '../src/identity/types.ts'
import type { BatchResult, Resolver, ResumeOffset } from '../src/resolver/resolver-types.ts'
import type { EventInbox } from './event-inbox.ts'
import type { Known } from './novelty-filter.ts'
import { type DeadLetter, deadLetter, type Outcome } from './outcome.ts'
import type { Understanding } from './pass-over.ts'
import type { Accepted } from './understand.ts'

/** A message as it came (where from, its bytes) and what was made of it. */
export interface Entry<Origin, U extends Understanding = Accepted | DeadLetter> {
  readonly origin: Origin
  readonly understood: U
}

export interface Refused<Origin> {
  readonly origin: Origin
  readonly letter: DeadLetter
}

type Step = 'look' | 'set_aside' | 'stage' | 'apply'

export interface Door<Origin> {
  readonly resolver: Resolver
  readonly inbox: EventInbox
  /** Keeps refused messages safe; resolves when they are. */
  readonly setAside: (refused: readonly Refused<Origin>[]) => Promise<void>
  /** Runs the work of a step until it succeeds; throws only where the door gives up or is closing. */
  readonly attempt: <T>(step: Step, work: () => Promise<T>) => Promise<T>
  /** Hears what the graph has committed. */
  readonly known?: Pick<Known, 'learn'>
  /** Whether a batch of which the graph hears nothing may leave its offsets to the next one; default: it may. */
  readonly offsetsMayWait?: () => boolean
  /** Is told of every transaction. */
  readonly onCommitted?: (result: BatchResult) => void
  /** Is told of a defect that one message brings out. */
  readonly onDefect?: (origin: Origin, error: unknown) => void
}

/**
 * Brings a batch to its end: refused messages set aside, events staged, evidence and offsets committed, in this order,
 * so that a crash between any two of them loses nothing and repeats only what may be repeated. Returns the outcome
 * of each entry, in order.
 *
 * A message that cannot be applied for a reason of ours must neither stop the stream nor take others with it: the
 * batch is halved until it stands alone, then it is set aside as `internal` (its event, staged already, stays: it comes
 * with the same id when the message is sent again). Before, an empty batch must go through: where the store itself
 * refuses, nothing is set aside and everything waits.
 */
export async function applyBatch<Origin>(
  door: Door<Origin>,
  entries: readonly Entry<Origin, Understanding>[],
  offsets: readonly ResumeOffset[] = [],
): Promise<readonly Outcome[]> {
  const accepted = entries.flatMap(({ origin, understood }) =>
    understood.kind === 'understood' ? [{ origin, ...understood }] : [],
  )
  const refused = entries.flatMap(({ origin, understood }) =>
    understood.kind === 'dead_letter' ? [{ origin, letter: understood }] : [],
  )
  if (refused.length > 0) await door.attempt('set_aside', () => door.setAside(refused))
  const events = entries.flatMap(({ understood }) => ('event' in understood ? (understood.event ?? []) : []))
  if (events.length > 0) await door.attempt('stage', () => door.inbox.stage(events))
  const known = entries.length - accepted.length - refused.length
  const mayWait = known > 0 && accepted.length === 0 && (door.offsetsMayWait?.() ?? true)
  const ends = await commit(door, accepted, mayWait ? [] : offsets)
  const nextEnd = ends.values()
  return entries.map(({ understood }) => {
    if (understood.kind === 'dead_letter') return understood
    return understood.kind === 'known' ? UNCHANGED : (nextEnd.next().value as Outcome)
  })
}

const UNCHANGED: Outcome = { kind: 'unchanged' }

interface Committing<Origin> {
  readonly origin: Origin
  readonly observation: Observation
}

async function commit<Origin>(
  door: Door<Origin>,
  accepted: readonly Committing<Origin>[],
  offsets: readonly ResumeOffset[],
): Promise<readonly Outcome[]> {
  if (accepted.length === 0 && offsets.length === 0) return []
  const parts = partsOf(accepted)
  const ends: Outcome[] = []
  for (const [index, part] of parts.entries()) {
    // The offsets hold only when all of it has ended.
    const held = index === parts.length - 1 ? offsets : []
    ends.push(...(await door.attempt('apply', () => applyOrIsolate(door, part, held))))
  }
  const failed = accepted.filter((_, index) => ends[index]?.kind === 'dead_letter')
  if (failed.length > 0) {
    const letters = failed.map(({ origin }) => ({ origin, letter: deadLetter('internal') }))
    await door.attempt('set_aside', () => door.setAside(letters))
    if (offsets.length > 0) await door.attempt('apply', () => apply(door, [], offsets))
  }
  return ends
}

/** Pairs of identifiers a transaction, at most: some seconds' work, where 2,000 messages of fifty would be millions. */
export const MAX_PAIRS = 50_000

/** Pairs of identifiers that observations bring. */
export function pairsOf(observations: readonly Pick<Observation, 'identifiers'>[]): number {
  return observations.reduce((sum, { identifiers: { length } }) => sum + (length * (length - 1)) / 2, 0)
}

function partsOf<Origin>(messages: readonly Committing<Origin>[]): (readonly Committing<Origin>[])[] {
  const parts: Committing<Origin>[][] = [[]]
  let pairs = 0
  for (const message of messages) {
    const own = pairsOf([message.observation])
    if (pairs + own > MAX_PAIRS) {
      parts.push([])
      pairs = 0
    }
    parts.at(-1)?.push(message)
    pairs += own
  }
  return parts
}

async function applyOrIsolate<Origin>(
  door: Door<Origin>,
  messages: readonly Committing<Origin>[],
  offsets: readonly ResumeOffset[],
): Promise<readonly Outcome[]> {
  try {
    return await apply(door, messages, offsets)
  } catch (error) {
    if (isNobodysFault(error) || messages.length === 0) throw error
    const [only] = messages
    if (only !== undefined && messages.length === 1) {
      await apply(door, [], [])
      door.onDefect?.(only.origin, error)
      return [deadLetter('internal')]
    }
    const half = Math.ceil(messages.length / 2)
    // Without the offsets: they hold only when all of it has ended.
    const first = await applyOrIsolate(door, messages.slice(0, half), [])
    return [...first, ...(await applyOrIsolate(door, messages.slice(half), []))]
  }
}

async function apply<Origin>(
  { resolver, known, onCommitted }: Door<Origin>,
  messages: readonly Committing<Origin>[],
  offsets: readonly ResumeOffset[],
): Promise<readonly Outcome[]> {
  const result = await resolver.apply({ observations: messages.map(({ observation }) => observation), offsets })
  for (const { observation } of messages) known?.learn(observation)
  onCommitted?.(result)
  return result.outcomes.map((kind) => ({ kind }))
}

/** It may pass, or it is the graph's: that went back. */
function isNobodysFault(error: unknown): boolean {
  return error instanceof SelfsameError && (error.retriable || error.code === 'graph_went_back')
}
