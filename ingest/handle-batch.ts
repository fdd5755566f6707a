import { setImmediate, setTimeout } from 'node:timers/promises'
import { bug, SelfsameError } from '../src/errors.ts'
import type { Policy } from '../src/identity/policy.ts'
import type { Observation } from '../src/identity/types.ts'
import type { KafkaBatch } from '../src/kafka.ts'
import type { Logger, Metrics } from '../src/telemetry.ts'
import { applyBatch, type Door, type Entry } from './apply-batch.ts'
import type { Place } from './dead-letters.ts'
import type { GraphPositions, Look } from './graph-positions.ts'
import type { Known, NoveltyFilter } from './novelty-filter.ts'
import { observeOutcomes } from './observe.ts'
import { passOver, type Understanding } from './pass-over.ts'
import { patience } from './patience.ts'
import { sources } from './sources/sources.ts'
import { understand } from './understand.ts'

export interface Handling extends Pick<Door<Place>, 'resolver' | 'inbox' | 'setAside'> {
  readonly cluster: string
  readonly positions: GraphPositions
  readonly novelty: NoveltyFilter
  readonly policy: Policy
  readonly metrics: Metrics
  readonly logger: Logger
  /** The name of ours that a topic's name in this deployment stands for. */
  readonly logicalTopic: (topic: string) => string
  /** Is told what stands in the way of a partition, and when nothing does. */
  readonly onTrouble: (partition: string, code: string | undefined) => void
  /** Is told that the graph is an older one than was written to, and where it stands. */
  readonly onWentBack: (behind: Look['behind']) => void
}

/** Brings the messages of one partition to their end: read, passed over where they are known, applied, committed. */
export function createHandler(handling: Handling): (batch: KafkaBatch) => Promise<void> {
  const { cluster, positions, novelty, metrics, logger, onTrouble, onWentBack } = handling
  return async (batch) => {
    const { topic, partition, messages, signal } = batch
    const attempt = patience({
      ...{ signal, metrics, logger },
      onTrouble: (code) => onTrouble(`${topic}/${partition}`, code),
    })
    const notBefore = positions.known(batch)
    const ask = () => unlessAborted(positions.look(), signal)
    const look = await attempt('look', ask)
    if (look.behind.length > 0) return onWentBack(look.behind)
    const known = counting(novelty.at(look.epoch))
    const entries = await read(batch, handling, known)
    const next = String(BigInt(messages.at(-1)?.offset ?? bug('a batch without a message')) + 1n)
    const { resolver, inbox, setAside } = handling
    const door: Door<Place> = {
      ...{ resolver, inbox, setAside, attempt, known },
      offsetsMayWait: () => !positions.isDue(batch),
      onDefect: ({ topic, partition, offset }, err) =>
        logger.error({ topic, partition, offset, err }, 'a message brings out a defect; it is set aside'),
    }
    try {
      const outcomes = await applyBatch(door, entries, [{ cluster, topic, partition, offset: next, notBefore }])
      observeOutcomes(metrics, outcomes, handling.logicalTopic(topic))
      for (const [answer, count] of Object.entries(known.asked)) metrics.filterAsked.inc({ answer }, count)
    } catch (error) {
      if (!isWentBack(error)) throw error
      return onWentBack((await attempt('look', ask)).behind)
    }
    await batch.commit(next)
    const lag = Number(BigInt(batch.highWatermark) - BigInt(next))
    metrics.lag.set({ topic: handling.logicalTopic(topic), partition }, lag)
    // Others in turn: a stream of known messages alone would never let the loop go.
    await setTimeout(0)
  }
}

/** The answer to a question that a stop does not wait for. */
async function unlessAborted<T>(question: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([question, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function isWentBack(error: unknown): boolean {
  return error instanceof SelfsameError && error.code === 'graph_went_back'
}

/** Messages read at a stretch, in a few milliseconds: the transaction of another partition waits for no more of them. */
const STRETCH = 50

async function read(
  { topic, partition, messages }: KafkaBatch,
  { policy, metrics, logicalTopic }: Handling,
  known: Known,
): Promise<Entry<Place, Understanding>[]> {
  const mapping = sources.get(logicalTopic(topic)) ?? bug('a topic without a mapping')
  const now = Date.now()
  const entries: Entry<Place, Understanding>[] = []
  for (const { offset, value: bytes } of messages) {
    const understood = understand(bytes, mapping, { policy, recordedAt: now, now })
    if (understood.kind === 'understood') for (const reason of understood.leftOut) metrics.leftOut.inc({ reason })
    entries.push({ origin: { topic, partition, offset, bytes }, understood: passOver(understood, known) })
    if (entries.length % STRETCH === 0) await setImmediate()
  }
  return entries
}

/** The same, and what was answered how often. */
function counting(known: Known) {
  const asked = { known: 0, new: 0 }
  return {
    asked,
    knows(observation: Observation) {
      const isKnown = known.knows(observation)
      asked[isKnown ? 'known' : 'new'] += 1
      return isKnown
    },
    learn: known.learn,
  }
}
