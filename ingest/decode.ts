import { type DeadLetter, deadLetter } from './outcome.ts'

/** Bytes a message may have. */
export const MAX_MESSAGE_BYTES = 32 * 1024
/** Arrays and objects within one another. Whoever walks a message later may recurse without fear. */
export const MAX_DEPTH = 32

export type Decoded = { readonly kind: 'decoded'; readonly value: unknown } | DeadLetter

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * The JSON value that bytes hold, or why they hold none. Size and depth are bounded before anything is built. A key
 * `__proto__` becomes a property like any other, as JSON.parse defines keys and never assigns them.
 */
export function decode(bytes: Uint8Array | null): Decoded {
  if (bytes === null || bytes.length === 0) return deadLetter('empty')
  if (bytes.length > MAX_MESSAGE_BYTES) return deadLetter('too_large')
  if (isTooDeep(bytes)) return deadLetter('too_deep')
  let text: string
  try {
    text = utf8.decode(bytes)
  } catch {
    return deadLetter('not_utf8')
  }
  try {
    return { kind: 'decoded', value: JSON.parse(text) }
  } catch {
    return deadLetter(text.trim() === '' ? 'empty' : 'malformed_json')
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
// `[` and `{` differ in one bit, and so do `]` and `}`; no other byte becomes one of them by it.
const OPENING = 0x7b
const CLOSING = 0x7d
const EITHER = 0x20

/** Counts brackets outside strings; right for all that is JSON, and what is not is refused anyway. */
export function isTooDeep(bytes: Uint8Array, most = MAX_DEPTH): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number
    if (inString) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if ((byte | EITHER) === OPENING) {
      depth += 1
      if (depth > most) return true
    } else if ((byte | EITHER) === CLOSING) depth -= 1
  }
  return false
}
