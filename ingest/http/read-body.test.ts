import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readBody } from './read-body.ts'

const read = (bytes: unknown, encoding?: string, isBatch = true) => readBody({ bytes, encoding, isBatch })
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

test('plain and gzip', async () => {
  expect(await read(bytes({ batch: [] }))).toEqual({ batch: [] })
  expect(await read(gzipSync(bytes({ batch: [] })), 'gzip')).toEqual({ batch: [] })
})

test.each([
  ['nothing', undefined, undefined, 'malformed_json'],
  ['half a text', bytes('{"batch":['), undefined, 'malformed_json'],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), undefined, 'malformed_json'],
  ['a list', bytes([]), undefined, 'not_an_object'],
  ['null', bytes('null'), undefined, 'not_an_object'],
  ['what is no gzip', bytes('{}'), 'gzip', 'malformed_gzip'],
  ['a bomb', gzipSync(Buffer.alloc(50_000_000, ' ')), 'gzip', 'body_too_large'],
  ['another packing', bytes('{}'), 'br', 'unknown_encoding'],
  ['depth without end', bytes('{"a":'.repeat(60_000)), undefined, 'too_deep'],
])('%s is refused', async (_, body, encoding, code) => {
  await expect(read(body, encoding)).rejects.toMatchObject({ code, remedy: expect.any(String) })
})

test('an event may be as deep in a batch as alone', async () => {
  await expect(read(bytes(nested(31)), undefined, false)).resolves.toBeDefined()
  await expect(read(bytes(nested(32)), undefined, false)).rejects.toMatchObject({ code: 'too_deep' })
  await expect(read(bytes(`{"batch":[${nested(31)}]}`))).resolves.toBeDefined()
  await expect(read(bytes(`{"batch":[${nested(32)}]}`))).rejects.toMatchObject({ code: 'too_deep' })
})
