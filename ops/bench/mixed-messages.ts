import { iso } from '../../src/generator/mention.ts'
import { type NovelEvent, novelEvents } from '../../src/generator/novel-events.ts'
import { below, chance, type Random, randomOf, uuid } from '../../src/generator/random.ts'
import { DAY } from '../../src/identity/evidence.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import { messageOf } from './novel-messages.ts'

export interface MixOptions {
  /** Events told before. */
  readonly history: number
  /** Messages of the mix. */
  readonly count: number
  /** How many of them bring something new. */
  readonly novel: number
}

export interface Mix {
  readonly history: readonly OutgoingMessage[]
  /** The mix in its order, built as it is taken. */
  readonly measured: () => Generator<OutgoingMessage>
}

const SEED = 6
const AN_HOUR_MS = 3_600_000

/**
 * A stream in which exactly `novel` of `count` events, at random places, are new ones as in `novelEvents`; each of the
 * others is one of those told before it, all equally likely, the history included. Half of these are the same message
 * again, half the same identifiers together again up to an hour later on the same day. Who speaks again has the key of
 * whom it repeats, so that in its partition it comes after.
 */
export function mixedMessages({ history, count, novel }: MixOptions): Mix {
  const told = [...novelEvents({ count: history + novel, seed: SEED })]
  return {
    history: told.slice(0, history).map(messageOf),
    measured: function* () {
      let known = history
      for (let place = 0; place < count; place += 1) {
        const random = randomOf(SEED, 'message', place)
        const left = novel - (known - history)
        // Selection sampling (Knuth, algorithm S): exact whatever the dice say.
        if (random() * (count - place) < left) {
          yield messageOf(told[known] as NovelEvent)
          known += 1
        } else yield messageOf(again(told[below(random, known)] as NovelEvent, random))
      }
    },
  }
}

function again(event: NovelEvent, random: Random): NovelEvent {
  if (chance(random, 0.5)) return event
  const at = Date.parse(event.observedAt)
  const endOfDay = Math.floor(at / DAY) * DAY + DAY - 1
  return { ...event, messageId: uuid(random), observedAt: iso(Math.min(at + 1 + below(random, AN_HOUR_MS), endOfDay)) }
}
