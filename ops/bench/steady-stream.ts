import type { KafkaProducer, OutgoingMessage } from '../../src/kafka.ts'
import { askCustomers, type Named } from './ask-customers.ts'
import type { BenchWorker } from './bench-worker.ts'
import { round } from './in-words.ts'
import { sampleOldest } from './oldest-uncommitted.ts'
import { produceSteadily } from './open-loop.ts'
import { quantile } from './quantile.ts'
import { TOPIC } from './until-committed.ts'
import { startVisibility } from './visibility.ts'

export interface StreamOptions {
  readonly worker: BenchWorker
  /** Where GraphQL is asked. */
  readonly url: string
  readonly producer: KafkaProducer
  readonly messages: Iterator<OutgoingMessage>
  readonly perSecond: number
  readonly seconds: number
}

export interface Fresh {
  readonly perSecond: number
  readonly sent: number
  /** Milliseconds from the moment a message was due until GraphQL showed the customer of its new identifier. */
  readonly visible: readonly number[]
  /** Ages of the oldest message not committed, in milliseconds, as the worker told them now and then. */
  readonly oldest: readonly number[]
}

const SAMPLES_PER_SECOND = 20
const ASK_EVERY_MS = 50

/** A steady stream of new events, of which some are watched until GraphQL shows them. */
export async function runStream(options: StreamOptions): Promise<Fresh> {
  const { worker, url, producer, messages, perSecond, seconds } = options
  const visibility = startVisibility<Named>({ ask: (some) => askCustomers(url, some), everyMs: ASK_EVERY_MS })
  const oldest = sampleOldest(worker)
  let sampled = 0
  const sent = await produceSteadily({
    ...{ producer, topic: worker.topicName(TOPIC), messages, perSecond, seconds },
    onDue: (message, due, place) => {
      if (place < (sampled * perSecond) / SAMPLES_PER_SECOND) return
      const [identifier] = JSON.parse(String(message.value)).identifiers as [Named]
      // A browser's cookie is new whenever it opens an event, and GraphQL takes it as it is.
      if (identifier.kind !== 'cookie') return
      sampled += 1
      visibility.watch(identifier, due)
    },
  })
  const ages = await oldest.end()
  return { perSecond, sent, visible: await visibility.end(), oldest: ages }
}

export function freshResult({ perSecond, sent, visible, oldest }: Fresh) {
  return {
    events_per_s: round(perSecond),
    p50_ms: round(quantile(visible, 0.5)),
    p99_ms: round(quantile(visible, 0.99)),
    max_ms: round(quantile(visible, 1)),
    oldest_p99_ms: round(quantile(oldest, 0.99)),
    ...{ sent, samples: visible.length },
  }
}
