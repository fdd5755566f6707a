import { parseTime } from '../../src/identity/observation.ts'
import type { Millis } from '../../src/identity/types.ts'
import { said } from '../shape.ts'
import type { SegmentEvent } from './segment-event.ts'

/**
 * A clock that is off by no more is taken as right. The difference always includes the time on the way, and an event
 * that is sent again after a pause would otherwise be another observation.
 */
const TOLERATED_SKEW: Millis = 60_000

/**
 * When an event happened, ISO 8601. Where the sender's clock was wrong as it sent (`sentAt`), its difference from ours
 * is added, as Segment does. A time that is none is left as it came: it is refused where observations are read.
 */
export function observedAtOf(
  event: Pick<SegmentEvent, 'timestamp' | 'originalTimestamp' | 'sentAt'>,
  { receivedAt, sentAt }: { receivedAt: Millis; sentAt: string | undefined },
): string {
  const claimed = said(event.timestamp) ?? said(event.originalTimestamp)
  if (claimed === undefined) return new Date(receivedAt).toISOString()
  const at = parseTime(claimed)
  if (at === undefined) return claimed
  const sent = parseTime(said(event.sentAt) ?? sentAt ?? '')
  const skew = sent === undefined ? 0 : receivedAt - sent
  return new Date(Math.abs(skew) > TOLERATED_SKEW ? at + skew : at).toISOString()
}
