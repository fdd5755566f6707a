import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode, MAX_DEPTH, MAX_MESSAGE_BYTES } from './decode.ts'

const reasonOf = (bytes: Uint8Array | string | null) => {
  const decoded = decode(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
  return decoded.kind === 'dead_letter' ? decoded.reason : decoded.kind
}

describe('bytes that are no message', () => {
  test.each([
    ['no value at all', null, 'empty'],
    ['no bytes', '', 'empty'],
    ['only blanks', ' \n', 'empty'],
    ['an object that does not end', '{"a":', 'malformed_json'],
    ['a comma too many', '{"a":1,}', 'malformed_json'],
    ['two values', '{} {}', 'malformed_json'],
    ['a word', 'NaN', 'malformed_json'],
    ['bytes of another encoding', Buffer.from([0x22, 0xc4, 0x22]), 'not_utf8'],
    ['a surrogate written as UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not_utf8'],
    ['5 MB', Buffer.alloc(5 * 1024 * 1024, '['), 'too_large'],
    ['a byte more than allowed', JSON.stringify('x'.repeat(MAX_MESSAGE_BYTES - 1)), 'too_large'],
    ['thousands of arrays', '['.repeat(16_000) + ']'.repeat(16_000), 'too_deep'],
    ['thousands of objects', '{"a":'.repeat(5000), 'too_deep'],
    ['one level too many', '['.repeat(MAX_DEPTH + 1) + ']'.repeat(MAX_DEPTH + 1), 'too_deep'],
  ])('%s', (_, bytes, reason) => expect(reasonOf(bytes)).toBe(reason))
})

describe('bytes that are one', () => {
  test.each([
    ['as deep as allowed', '['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH)],
    ['as long as allowed', JSON.stringify('x'.repeat(MAX_MESSAGE_BYTES - 2))],
    ['brackets within a string', JSON.stringify({ a: '[{'.repeat(100) })],
    ['quotes and backslashes within a string', JSON.stringify({ a: '\\"[[\\\\'.repeat(40) })],
    ['a byte order mark', '\ufeff{}'],
  ])('%s', (_, text) => expect(reasonOf(text)).toBe('decoded'))

  test('half a surrogate pair in an escape is JSON, and is judged later', () => {
    expect(decode(Buffer.from('"\\ud83d"'))).toEqual({ kind: 'decoded', value: '\ud83d' })
  })

  test('a key __proto__ is a property of its own and changes no prototype', () => {
    const decoded = decode(Buffer.from('{"__proto__":{"polluted":true}}'))
    const value = decoded.kind === 'decoded' ? (decoded.value as object) : {}
    expect(Object.hasOwn(value, '__proto__')).toBe(true)
    expect('polluted' in value).toBe(false)
  })

  test('every JSON value that is small enough comes back equal', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value)
        fc.pre(Buffer.byteLength(text) <= MAX_MESSAGE_BYTES)
        expect(decode(Buffer.from(text))).toEqual({ kind: 'decoded', value: JSON.parse(text) })
      }),
    )
  })
})
