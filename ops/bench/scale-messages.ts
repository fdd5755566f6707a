import { iso } from '../../src/generator/mention.ts'
import { type Graph, int } from '../../src/graph/graph.ts'
import type { OutgoingMessage } from '../../src/kafka.ts'
import { messageOf } from './novel-messages.ts'
import { rowsOf } from './raw-cypher.ts'

/** A browser and the e-mail that it once showed, as the graph has them. */
export interface Browser {
  readonly cookie: string
  readonly email: string
  readonly observedAt: number
}

/** Of browsers with an e-mail there are at least so many for each identifier of the world. */
const SHARE = 0.15
const LATER_MS = 3_600_000

/** So many browsers of as many e-mails, from all over a graph of about so many identifiers. */
export async function someBrowsers(graph: Graph, wanted: number, identifiers: number): Promise<Browser[]> {
  const below = cookieBelow(wanted / (SHARE * identifiers))
  // Some e-mails have several browsers.
  const rows = await rowsOf<Browser>(graph, 'known-browsers', { below, limit: int(4 * wanted) })
  const byEmail = new Map(
    rows.map(({ cookie, email, observedAt }) => [email, { cookie, email, observedAt: Number(observedAt) }]),
  )
  return [...byEmail.values()].slice(0, wanted)
}

/** Cookies are hexadecimal and drawn evenly: so large a share of all stands below this one. */
function cookieBelow(share: number): string {
  return share >= 1
    ? 'ck-g'
    : `ck-${Math.floor(share * 2 ** 32)
        .toString(16)
        .padStart(8, '0')}`
}

/** Each browser shows its e-mail once more, as it did, and a browser never seen shows the e-mail too. */
export function touching(browsers: readonly Browser[], round: string): OutgoingMessage[] {
  return browsers.flatMap(({ cookie, email, observedAt }, place) => [
    message(`${round}-${place}-known`, [cookie, email], observedAt),
    message(`${round}-${place}-new`, [`ck-${round}-${place}`, email], observedAt + LATER_MS),
  ])
}

function message(messageId: string, [cookie, email]: readonly [string, string], at: number): OutgoingMessage {
  return messageOf({
    ...{ messageId, source: 'web', type: 'identify', observedAt: iso(at) },
    identifiers: [
      { kind: 'cookie', value: cookie },
      { kind: 'email', value: email },
    ],
  })
}
