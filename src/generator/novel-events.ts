import { emailAddress } from './email-addresses.ts'
import { iso } from './mention.ts'
import { pickFamily, pickName } from './names.ts'
import { phoneNumber, writePhone } from './phone-numbers.ts'
import { below, chance, hex, type Random, randomOf, uniqueHex, uuid } from './random.ts'
import { day } from './world.ts'

/** A canonical observation (the `observations` topic), as JSON. */
export interface NovelEvent {
  readonly messageId: string
  readonly source: string
  readonly type: 'identify' | 'track'
  readonly observedAt: string
  readonly identifiers: readonly { readonly kind: string; readonly value: string }[]
}

const start = Date.UTC(2025, 0, 1)

/**
 * Events for benchmarks of which each brings something new: two or three identifiers, about 1.5 new pairs an event.
 * Three in four open with a person never seen; the others show a known person's e-mail on a browser never seen.
 */
export function* novelEvents({ count, seed }: { count: number; seed: number }): Generator<NovelEvent> {
  for (let number = 0; number < count; number++) {
    const random = randomOf(seed, 'novel', number)
    const known = number > 0 && chance(random, 0.25) ? number - 1 - below(random, Math.min(number, 50_000)) : undefined
    const observedAt = iso(start + Math.floor((number / count) * 365 * day))
    yield known === undefined
      ? firstSight(seed, number, random, observedAt)
      : newBrowser(seed, known, random, observedAt)
  }
}

function firstSight(seed: number, number: number, random: Random, observedAt: string): NovelEvent {
  const email = { kind: 'email', value: emailOf(seed, number) }
  const phone = { kind: 'phone', value: writePhone(random, phoneNumber(seed, number)) }
  if (chance(random, 0.5)) {
    return {
      messageId: uuid(random),
      source: 'web',
      type: 'identify',
      observedAt,
      identifiers: [cookie(random), email],
    }
  }
  const account = { kind: 'pos_account', value: `pos-${1 + below(random, 400)}-${uniqueHex(seed, number)}` }
  const identifiers = chance(random, 2 / 3) ? [account, phone, email] : [account, phone]
  return { messageId: uuid(random), source: 'pos', type: 'track', observedAt, identifiers }
}

function newBrowser(seed: number, known: number, random: Random, observedAt: string): NovelEvent {
  const identifiers = [cookie(random), { kind: 'email', value: emailOf(seed, known) }]
  return { messageId: uuid(random), source: 'web', type: 'identify', observedAt, identifiers }
}

const cookie = (random: Random) => ({ kind: 'cookie', value: `ck-${hex(random)}${hex(random)}` })

/** The same address whenever that person is seen. */
function emailOf(seed: number, number: number): string {
  const random = randomOf(seed, 'novel', number, 1)
  const name = pickName(random, pickFamily(random), { woman: chance(random, 0.5), bornBefore1980: chance(random, 0.4) })
  return emailAddress(random, name, { number, work: false })
}
