import type { Graph } from '../../src/graph/graph.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Position } from '../../src/kafka.ts'
import type { KeyRing } from '../../src/keys/key-ring.ts'
import type { Metrics } from '../../src/telemetry.ts'
import { MAX_MESSAGE_BYTES } from '../decode.ts'
import { type DeadLetter, deadLetter } from '../outcome.ts'
import type { CommitWatch } from './commit-watch.ts'
import { customersOf } from './customers-of.ts'
import type { EventSender } from './event-sender.ts'
import { type IngestRequest, openRequest } from './open-request.ts'
import { REFUSALS, remedyOf } from './refusals.ts'
import type { Endpoint } from './segment-event.ts'
import { bytesOf, counted, type TakenEvent, takeEvent } from './take-event.ts'

export interface IntakeOptions {
  readonly keys: KeyRing
  readonly policy: Policy
  readonly graph: Pick<Graph, 'read'>
  readonly sender: EventSender
  readonly commits: CommitWatch
  readonly metrics: Pick<Metrics, 'httpEvents' | 'httpRefused' | 'leftOut'>
  /** How long `wait` waits, in milliseconds. Default 5,000. */
  readonly waitMs?: number
}

export type Intake = (request: IngestRequest) => Promise<{ readonly status: number; readonly body: object }>

type Indexed<T> = T & { readonly index: number }
type RefusedEvent = Indexed<{ readonly letter: DeadLetter; readonly value: unknown }>

const WAIT_MS = 5000

/**
 * Takes the events of a request: those that can be taken go to the topic, the others to the dead letters, and only when
 * both are safe is there an answer. Throws the refusals of refusals.ts for a request that is refused as a whole, and
 * `kafka_…` and `graph_…` errors; then nothing is acknowledged, though some of it may have been kept.
 */
export function createIntake(options: IntakeOptions): Intake {
  const { sender, metrics } = options
  return async (request) => {
    const { key, values, common, mayBeLarge } = await openRequest(request, options.keys)
    const circumstances = { key, policy: options.policy, receivedAt: Date.now(), ...common }
    const taken: Indexed<TakenEvent>[] = []
    const refused: RefusedEvent[] = []
    for (const [index, value] of values.entries()) {
      const result = mayBeLarge && isTooLarge(value) ? deadLetter('too_large') : takeEvent(value, circumstances)
      if (result.kind === 'taken') taken.push({ index, ...result })
      else refused.push({ index, letter: result, value })
    }
    const origin = { door: 'http', endpoint: request.endpoint, source: key.source, key: key.id } as const
    await sender.setAside(
      refused.map(({ letter, value }) => ({ letter, origin: { ...origin, bytes: bytesOf(value) } })),
    )
    const messages = taken.map(({ message }) => message)
    const ends = request.wait ? await sender.sendApart(messages) : await sender.send(messages)
    const leftOut = counted(taken.flatMap((event) => event.leftOut))
    observe(metrics, request.endpoint, { taken: taken.length, refused, leftOut })
    const wrong = refused.map(inAnswer)
    if (taken.length === 0 && wrong.length > 0) {
      const { status, message, remedy } = REFUSALS.invalid_events
      return { status, body: { success: false, code: 'invalid_events', message, remedy, refused: wrong } }
    }
    const body = { success: true, accepted: taken.length, refused: wrong, leftOut }
    if (ends === undefined) return { status: 202, body }
    const deadline = performance.now() + (options.waitMs ?? WAIT_MS)
    // What was taken is safe; that nobody can tell what became of it is no reason to send it again.
    const customers = await resolved(taken, { ...options, ends, deadline }).catch(() => undefined)
    if (customers === undefined) return { status: 202, body: { ...body, resolved: false } }
    const single = request.endpoint === 'batch' ? { customers } : { customer: customers[0]?.customer ?? null }
    return { status: 200, body: { ...body, resolved: true, ...single } }
  }
}

function isTooLarge(value: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(value)) > MAX_MESSAGE_BYTES
}

function inAnswer({ index, letter: { reason, field } }: RefusedEvent): object {
  return { index, reason, ...(field === undefined ? {} : { field }), remedy: remedyOf(reason) }
}

async function resolved(
  taken: readonly Indexed<TakenEvent>[],
  { commits, graph, ends, deadline }: IntakeOptions & { ends: readonly Position[]; deadline: number },
): Promise<readonly { readonly index: number; readonly customer: string | null }[] | undefined> {
  if (!(await commits.until(ends, deadline))) return undefined
  const customers = await customersOf(
    graph,
    taken.map(({ identifiers }) => identifiers),
  )
  return taken.map(({ index }, place) => ({ index, customer: customers[place] ?? null }))
}

function observe(
  metrics: IntakeOptions['metrics'],
  endpoint: Endpoint,
  told: { taken: number; refused: readonly RefusedEvent[]; leftOut: ReturnType<typeof counted> },
): void {
  if (told.taken > 0) metrics.httpEvents.inc({ endpoint, outcome: 'accepted' }, told.taken)
  for (const { letter } of told.refused) metrics.httpEvents.inc({ endpoint, outcome: letter.reason })
  for (const { reason, count } of told.leftOut) metrics.leftOut.inc({ reason }, count)
}
