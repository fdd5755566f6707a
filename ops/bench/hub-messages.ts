import { iso } from '../../src/generator/mention.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import { messageOf } from './novel-messages.ts'

/** The one phone, as everybody writes it and as its key. */
const PHONE = '0987 123 457'
export const HUB_KEY = 'phone:+84987123457'
const START = Date.UTC(2025, 0, 1)

/** So many users of an app who all gave one phone. */
export function hubMessages(accounts: number): OutgoingMessage[] {
  return Array.from({ length: accounts }, (_, number) => hubMessage(number, `user-${number}`))
}

/** One of these users, on a browser never seen before. */
export function hubNews(number: number): OutgoingMessage {
  return hubMessage(number, 'user-0', [{ kind: 'cookie', value: `hub-${number}` }])
}

/** The key of the browser. */
export function hubNewsKey(number: number): string {
  return `cookie:hub-${number}`
}

function hubMessage(
  number: number,
  user: string,
  before: readonly { readonly kind: string; readonly value: string }[] = [],
): OutgoingMessage {
  return messageOf({
    messageId: `${user}-${number}`,
    source: 'app',
    type: 'identify',
    observedAt: iso(START + number * 1000),
    identifiers: [...before, { kind: 'user_id', value: user }, { kind: 'phone', value: PHONE }],
  })
}
