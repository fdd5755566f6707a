import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSealedKeys } from './sealed-keys.ts'

const keys = createSealedKeys(new Uint8Array(32).fill(7))
const anyKey = fc.tuple(fc.stringMatching(/^[a-z_]{1,12}$/), fc.string({ unit: 'grapheme', maxLength: 60 }))

test('a sealed key can be opened, and is the same each time', () => {
  fc.assert(
    fc.property(anyKey, ([kind, value]) => {
      const key = `${kind}:${value}`
      const sealed = keys.seal(key)
      expect(sealed).toMatch(/^[a-z_]+:~[A-Za-z0-9_-]+$/)
      expect(keys.open(sealed)).toBe(key)
      expect(keys.seal(key)).toBe(sealed)
    }),
  )
})

test('nothing but what was sealed here is opened', () => {
  const sealed = keys.seal('email:an@mail.vn')
  expect(sealed).not.toContain('mail.vn')
  const others = createSealedKeys(new Uint8Array(32).fill(8))
  expect(others.open(sealed)).toBe(sealed)
  const last = sealed.at(-3) === 'A' ? 'B' : 'A'
  const forged = `${sealed.slice(0, -3)}${last}${sealed.slice(-2)}`
  expect(keys.open(forged)).toBe(forged)
  for (const plain of ['email:an@mail.vn', 'cookie:~short', '', '~', `cookie:~${'a'.repeat(50)}`]) {
    expect(keys.open(plain)).toBe(plain)
  }
})
