import type { WriteKey } from '../../src/keys/access-key.ts'
import type { KeyRing } from '../../src/keys/key-ring.ts'
import { MAX_MESSAGE_BYTES } from '../decode.ts'
import { shaped } from '../shape.ts'
import { basicUser, openWriteKey } from './open-write-key.ts'
import { readBody } from './read-body.ts'
import { MAX_EVENTS, refusal } from './refusals.ts'
import { contextSchema, type Endpoint, type SegmentContext } from './segment-event.ts'

/** A request as it came. */
export interface IngestRequest {
  readonly endpoint: Endpoint
  readonly bytes: unknown
  readonly encoding: string | undefined
  readonly authorization: string | undefined
  /** Whether the customer is asked for. */
  readonly wait: boolean
}

/** Who sends what. */
export interface OpenedRequest {
  readonly key: WriteKey
  /** The events, whatever they are; one but for a batch. */
  readonly values: readonly unknown[]
  /** Of a batch: what counts for events that do not say otherwise. */
  readonly common: { readonly context?: SegmentContext | null; readonly sentAt?: string | undefined }
  /** Whether an event may be larger than a message: it is measured only then. */
  readonly mayBeLarge: boolean
}

const readContext = shaped<SegmentContext | null>(contextSchema)

/**
 * Proves the key, before anything is unpacked where the header holds it, and reads the events. Throws the refusals of
 * refusals.ts, and `graph_…` where nobody can tell whose the key is.
 */
export async function openRequest(request: IngestRequest, keys: KeyRing): Promise<OpenedRequest> {
  const { endpoint, bytes, encoding, authorization, wait } = request
  const user = basicUser(authorization)
  const known = user ? await openWriteKey(keys, user) : undefined
  const body = await readBody({ bytes, encoding, isBatch: endpoint === 'batch' })
  const { writeKey, ...said } = body
  const key = known ?? (await openWriteKey(keys, typeof writeKey === 'string' ? writeKey : ''))
  if (wait && !key.mayWait) throw refusal('wait_not_allowed')
  const mayBeLarge = encoding !== undefined || (bytes instanceof Uint8Array && bytes.length > MAX_MESSAGE_BYTES)
  if (endpoint !== 'batch') return { key, mayBeLarge, values: [{ ...said, type: endpoint }], common: {} }
  return { key, mayBeLarge, ...batchIn(said) }
}

function batchIn({ batch, sentAt, context = null }: Readonly<Record<string, unknown>>) {
  if (!Array.isArray(batch)) throw refusal('not_a_batch')
  if (batch.length > MAX_EVENTS) throw refusal('too_many_events')
  const read = readContext(context)
  if (read.kind === 'dead_letter') throw refusal('bad_context')
  return {
    values: batch as readonly unknown[],
    common: { context: read.body, sentAt: typeof sentAt === 'string' ? sentAt : undefined },
  }
}
