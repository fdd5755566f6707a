import type { KafkaProducer, OutgoingMessage } from '../../src/kafka.ts'
import { produceSteadily } from './open-loop.ts'

export interface BackgroundStream {
  /** Ends it, and answers how many messages were sent. Throws what sending them threw. */
  end(): Promise<number>
}

const STRETCH_S = 2
/** As clients do that many others share a broker with. */
const LINGER_MS = 50

/** A steady stream of messages beside whatever is measured, until it is ended. */
export function startBackgroundStream(stream: {
  readonly producer: KafkaProducer
  readonly topic: string
  readonly messages: Iterator<OutgoingMessage>
  readonly perSecond: number
}): BackgroundStream {
  let ending = false
  const stretch = { ...stream, seconds: STRETCH_S, lingerMs: LINGER_MS, onDue: () => undefined }
  const sending = (async () => {
    let sent = 0
    while (!ending) sent += await produceSteadily(stretch)
    return sent
  })()
  // Its failure is told by `end`.
  sending.catch(() => undefined)
  return {
    end: () => {
      ending = true
      return sending
    },
  }
}
