import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { isTooDeep, MAX_DEPTH } from '../decode.ts'
import { MAX_BODY_BYTES, refusal } from './refusals.ts'

const unpack = promisify(gunzip)
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * One less than a message may have, because what an event says stands a level deeper there; in a batch, events
 * themselves stand two levels deep.
 */
const DEEPEST_EVENT = MAX_DEPTH - 1
const DEEPEST_BATCH = DEEPEST_EVENT + 2

export interface RawBody {
  readonly bytes: unknown
  /** As its header says. */
  readonly encoding: string | undefined
  readonly isBatch: boolean
}

/**
 * The JSON object of a body, whatever its media type says: browsers send `text/plain`, so that they need not ask
 * first. Size and depth are bounded before anything is built. Throws the refusals of refusals.ts.
 */
export async function readBody({ bytes, encoding, isBatch }: RawBody): Promise<Readonly<Record<string, unknown>>> {
  const plain = await unpacked(bytes, encoding)
  if (isTooDeep(plain, isBatch ? DEEPEST_BATCH : DEEPEST_EVENT)) throw refusal('too_deep')
  const value = parsed(plain)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusal('not_an_object')
  return value as Readonly<Record<string, unknown>>
}

async function unpacked(bytes: unknown, encoding = 'identity'): Promise<Uint8Array> {
  if (!(bytes instanceof Uint8Array)) throw refusal('malformed_json')
  switch (encoding.trim().toLowerCase()) {
    case 'identity':
    case '':
      return bytes
    case 'gzip':
    case 'x-gzip':
      return await unpack(bytes, { maxOutputLength: MAX_BODY_BYTES }).catch((cause) => {
        throw refusal(cause.code === 'ERR_BUFFER_TOO_LARGE' ? 'body_too_large' : 'malformed_gzip')
      })
    default:
      throw refusal('unknown_encoding')
  }
}

/** Its own error would quote the text. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes))
  } catch {
    throw refusal('malformed_json')
  }
}
