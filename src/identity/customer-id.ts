import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { CustomerId, IdentifierKey } from './types.ts'

/**
 * The id of the customer whose anchor this is: `c_` and 26 characters of a keyed hash (HMAC-SHA-256, 130 bits,
 * base 32). Keyed, because the hash of a phone number alone is found by trying them all.
 */
export function customerId(idKey: Uint8Array, anchor: IdentifierKey): CustomerId {
  const hash = createHmac('sha256', keyObjectOf(idKey)).update(anchor).digest()
  return `c_${base32(hash).slice(0, 26)}` as CustomerId
}

// Making one of the bytes costs five times what a hash with it does.
const keyObjects = new WeakMap<Uint8Array, KeyObject>()

function keyObjectOf(idKey: Uint8Array): KeyObject {
  let keyObject = keyObjects.get(idKey)
  if (keyObject === undefined) {
    keyObject = createSecretKey(idKey)
    keyObjects.set(idKey, keyObject)
  }
  return keyObject
}

// Crockford's alphabet in lower case: no i, l, o, u, so that an id survives being read aloud.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let buffer = 0
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(buffer >> bits) & 31]
    }
  }
  return text
}
