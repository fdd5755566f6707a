import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'

/**
 * Keys hold the value they name (`email:an@mail.vn`), and lists go on after a key: who may not see the value is given the
 * key sealed (`email:~` and base64url), and may hand it back wherever a key is asked for.
 */
export interface SealedKeys {
  seal(key: string): string
  /** The key of a sealed one; a text that was not sealed here is returned as it is. */
  open(text: string): string
}

const SEALED = /^([^:]*):~([A-Za-z0-9_-]{38,4096})$/
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Sealed by AES-256-GCM, under keys derived from the key of customer ids (HKDF). The nonce is a digest of the text (as in
 * RFC 8452's synthetic nonces): one key is sealed alike each time, so that sealed ones can be compared and cached.
 */
export function createSealedKeys(idKey: Uint8Array): SealedKeys {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', idKey, '', `selfsame ${purpose}`, 32))
  const [sealing, naming] = [derive('sealed keys'), derive('sealed keys, nonce')]
  return {
    seal(key) {
      const prefix = key.slice(0, Math.max(0, key.indexOf(':')))
      const nonce = createHmac('sha256', naming).update(key).digest().subarray(0, NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce)
      const sealed = Buffer.concat([nonce, cipher.update(key, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${prefix}:~${sealed.toString('base64url')}`
    },
    open(text) {
      const [, , body] = SEALED.exec(text) ?? []
      if (body === undefined) return text
      const bytes = Buffer.from(body, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        // Not sealed here: an identifier may well look like that.
        return text
      }
    },
  }
}
