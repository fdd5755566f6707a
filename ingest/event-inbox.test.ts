import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BusinessEvent, IdentifierKey } from '../src/identity/types.ts'
import { openEventInbox } from './event-inbox.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inbox-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function event(messageId: string, properties: Record<string, unknown> = {}): BusinessEvent {
  const identifier = 'pos_account:pos:pos-7' as IdentifierKey
  return { messageId, source: 'pos', observedAt: 7, name: 'Order Completed', properties, identifier }
}

const files = () => readdirSync(folder).sort()
const linesOf = (file = '') => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')

test('a batch is one whole file, its owner’s alone, a line an event', async () => {
  await openEventInbox(folder).stage([event('a', { total: 1 }), event('b')])
  expect(files()).toHaveLength(1)
  expect(files()[0]).toMatch(/^[\w-]+\.ndjson$/)
  expect(statSync(join(folder, files()[0] ?? '')).mode & 0o777).toBe(0o600)
  expect(linesOf(files()[0]).map((line) => JSON.parse(line))).toEqual([
    {
      ...{ messageId: 'a', source: 'pos', observedAt: 7, name: 'Order Completed', properties: { total: 1 } },
      ...{ kind: 'pos_account', value: 'pos:pos-7' },
    },
    expect.objectContaining({ messageId: 'b' }),
  ])
})

test('names stand in the order of writing; no events, no file', async () => {
  const inbox = openEventInbox(join(folder))
  await inbox.stage([])
  for (const id of ['1', '2', '3']) await inbox.stage([event(id)])
  expect(files().map((file) => JSON.parse(linesOf(file)[0] ?? '').messageId)).toEqual(['1', '2', '3'])
})

test('half a surrogate pair is written as a replacement, whole pairs and backslashes as they are', async () => {
  const properties = { a: 'x\ud83d\ud83d', b: '😀', c: '\\ud83d', d: '\\\ud83d', '\udc00': 1 }
  await openEventInbox(folder).stage([event('a', properties)])
  const [line = ''] = linesOf(files()[0])
  expect(JSON.parse(line).properties).toEqual({ a: 'x\ufffd\ufffd', b: '😀', c: '\\ud83d', d: '\\\ufffd', '\ufffd': 1 })
})
