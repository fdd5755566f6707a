import type { Graph } from '../../src/graph/graph.ts'
import type { Policy } from '../../src/identity/policy.ts'
import type { Position } from '../../src/kafka.ts'
import type { KeyRing } from '../../src/keys/key-ring.ts'
import type { Metrics } from '../../src/telemetry.ts'
import { MAX_MESSAGE_BYTES } from '../decode.ts'
import { type DeadLetter, deadLetter } from '../outcome.ts'
import { shaped } from '../shape.ts'
import type { CommitWatch } from './commit-watch.ts'
import { customersOf } from './customers-of.ts'
import type { EventSender } from './event-sender.ts'
import { readBody } from './read-body.ts'
import { MAX_EVENTS, REFUSALS, refusal, remedyOf } from './refusals.ts'
import { contextSchema, type Endpoint, type SegmentContext } from './segment-event.ts'
import { bytesOf, counted, type TakenEvent, takeEvent } from './take-events.ts'
import { basicUser, openWriteKey } from './write-key-of.ts'

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

interface IntakeRequest {
  readonly endpoint: Endpoint
  readonly bytes: unknown
  readonly encoding: string | undefined
  readonly authorization: string | undefined
  readonly wait: boolean
}

export type Intake = (request: IntakeRequest) => Promise<{ readonly status: number; readonly body: object }>

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
    const { key, values, circumstances, mayBeLarge } = await open(request, options)
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
    const told = { refused: refused.map(inAnswer), leftOut }
    if (taken.length === 0 && refused.length > 0) {
      const { status, message, remedy } = REFUSALS.invalid_events
      return { status, body: { success: false, code: 'invalid_events', message, remedy, ...told } }
    }
    const body = { success: true, accepted: taken.length, ...told }
    if (ends === undefined) return { status: 202, body }
    const deadline = performance.now() + (options.waitMs ?? WAIT_MS)
    // What was taken is safe; that nobody can tell what became of it is no reason to send it again.
    const customers = await resolved(taken, { ...options, ends, deadline }).catch(() => undefined)
    if (customers === undefined) return { status: 202, body: { ...body, resolved: false } }
    const single = request.endpoint === 'batch' ? { customers } : { customer: customers[0]?.customer ?? null }
    return { status: 200, body: { ...body, resolved: true, ...single } }
  }
}

const readContext = shaped<SegmentContext | null>(contextSchema)

/** Who sends what: the key before the body is unpacked, where the header holds it. */
async function open(request: IntakeRequest, { keys, policy }: IntakeOptions) {
  const isBatch = request.endpoint === 'batch'
  const user = basicUser(request.authorization)
  const known = user ? await openWriteKey(keys, user) : undefined
  const body = await readBody({ bytes: request.bytes, encoding: request.encoding, isBatch })
  const { writeKey, batch, sentAt, context, ...rest } = body
  const key = known ?? (await openWriteKey(keys, typeof writeKey === 'string' ? writeKey : ''))
  if (request.wait && !key.mayWait) throw refusal('wait_not_allowed')
  const circumstances = { key, policy, receivedAt: Date.now() }
  const mayBeLarge = request.encoding !== undefined || sizeOf(request.bytes) > MAX_MESSAGE_BYTES
  if (!isBatch) {
    return { key, circumstances, mayBeLarge, values: [{ ...rest, context, sentAt, type: request.endpoint }] }
  }
  if (!Array.isArray(batch)) throw refusal('not_a_batch')
  if (batch.length > MAX_EVENTS) throw refusal('too_many_events')
  const read = readContext(context ?? null)
  if (read.kind === 'dead_letter') throw refusal('bad_context')
  const common = { context: read.body, sentAt: typeof sentAt === 'string' ? sentAt : undefined }
  return { key, mayBeLarge, values: batch as readonly unknown[], circumstances: { ...circumstances, ...common } }
}

function sizeOf(bytes: unknown): number {
  return bytes instanceof Uint8Array ? bytes.length : 0
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
