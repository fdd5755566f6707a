import type { KafkaProducer } from '../../src/kafka.ts'
import type { Resolver } from '../../src/resolver/resolver-types.ts'
import { applyBatch, type Entry } from '../apply-batch.ts'
import type { EventInbox } from '../event-inbox.ts'
import type { Known } from '../novelty-filter.ts'
import { deadLetter } from '../outcome.ts'
import { passOver } from '../pass-over.ts'
import type { RejectsFile } from './rejects.ts'
import type { Tally } from './summary.ts'
import type { RowOrigin } from './table.ts'

/** Where the messages of a file go. */
export interface FileDoor {
  open(to: { rejects: Pick<RejectsFile, 'write'>; tally: Tally }): (batch: readonly Entry<RowOrigin>[]) => Promise<void>
}

export interface GraphDoorOptions {
  readonly resolver: Resolver
  readonly inbox: EventInbox
  /** What is known to be committed by now; asked with each batch. */
  readonly known: () => Promise<Known>
}

/** Into the graph, in this process, through the same resolver as the consumers, past the same novelty filter. */
export function graphDoor({ resolver, inbox, known: ask }: GraphDoorOptions): FileDoor {
  return {
    open:
      ({ rejects, tally }) =>
      async (batch) => {
        const known = await ask()
        const outcomes = await applyBatch(
          {
            ...{ resolver, inbox, known },
            setAside: rejects.write,
            // The store's own attempts have ended by then: whoever started this is told, and starts it again.
            attempt: (_, work) => work(),
            onCommitted: tally.committed,
          },
          batch.map(({ origin, understood }) => ({ origin, understood: passOver(understood, known) })),
        )
        tally.outcomes(outcomes)
      },
  }
}

/** To a topic: as it came where the line is already in the topic's own format, else as the canonical message. */
export function topicDoor({
  producer,
  topic,
  asItCame,
}: {
  producer: { send(...sent: Parameters<KafkaProducer['send']>): Promise<unknown> }
  topic: string
  asItCame: boolean
}): FileDoor {
  return {
    open:
      ({ rejects, tally }) =>
      async (batch) => {
        const refused = batch.flatMap(({ origin, understood }) =>
          understood.kind === 'dead_letter' ? [{ origin, letter: understood }] : [],
        )
        if (refused.length > 0) await rejects.write(refused)
        const messages = batch.flatMap(({ origin: { original }, understood }) => {
          if (understood.kind === 'dead_letter') return []
          const { message, firstKey } = understood
          const value = asItCame && original instanceof Uint8Array ? Buffer.from(original) : JSON.stringify(message)
          return [{ key: firstKey, value }]
        })
        await producer.send(topic, messages)
        tally.outcomes(
          batch.map(({ understood }) =>
            understood.kind === 'dead_letter' ? deadLetter(understood.reason) : { kind: 'sent' },
          ),
        )
      },
  }
}
