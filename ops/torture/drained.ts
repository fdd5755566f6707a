import { setTimeout as sleep } from 'node:timers/promises'
import { inboxFolder, waitingFiles } from '../../src/warehouse/events-inbox.ts'
import type { Difference } from './differences.ts'
import type { Round } from './open-round.ts'

const NO_PROGRESS_MS = 300_000
const POLL_MS = 300

/**
 * Waits until everything is read, committed and projected, and asks the workers to leave. What makes no progress for
 * five minutes is given up and counts as lost.
 */
export async function drained(round: Round): Promise<Difference[]> {
  const stuck: Difference[] = []
  const unread = await untilNone(() => round.wire.lag())
  if (unread > 0) stuck.push({ what: 'messages that are not read', kind: 'lost', key: 'lag', found: unread })
  const pending = await untilNone(() => pendingIn(round))
  if (pending > 0) stuck.push({ what: 'what is not projected', kind: 'lost', key: 'pending', found: pending })
  await Promise.all(round.seats.map((seat) => seat.empty('asked')))
  return stuck
}

async function pendingIn({ graph, config }: Round): Promise<number> {
  const [row] = await graph.read<{ changed: number }>('warehouse/pending')
  return (row?.changed ?? 0) + waitingFiles(inboxFolder(config.warehouse_file)).length
}

/** What remains when it does not become fewer any more: 0 as a rule. */
async function untilNone(count: () => Promise<number>): Promise<number> {
  let last = Number.POSITIVE_INFINITY
  let since = performance.now()
  for (;;) {
    const now = await count()
    if (now === 0) return 0
    if (now < last) {
      last = now
      since = performance.now()
    }
    if (performance.now() - since > NO_PROGRESS_MS) return now
    await sleep(POLL_MS)
  }
}
