import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { inboxFolder } from './events-inbox.ts'
import { loadEvents } from './load-events.ts'
import { withWarehouse } from './open-warehouse.ts'
import { ensureTables } from './tables.ts'

let folder: string
let file: string
let inbox: string
const warnings: Record<string, unknown>[] = []
const logger = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(JSON.parse(line)) })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'events-'))
  file = join(folder, 'warehouse.duckdb')
  inbox = inboxFolder(file)
  warnings.length = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = Date.UTC(2026, 0, 31, 9, 30)
function event(messageId: string, more: object = {}) {
  const rest = { source: 'pos', observedAt: at, name: 'Order Completed', properties: { total: 120_000, 'it"s': [1] } }
  return { messageId, ...rest, kind: 'phone', value: '+84912345678', ...more }
}

describe('events of the inbox', () => {
  test('are loaded as they are, and their file is gone', async () => {
    deliver('1.ndjson', [event('m1'), event('m2', { name: 'Đơn hàng 🎉', properties: {} })])
    expect(await load()).toEqual({ files: 1, events: 2, rejected: 0 })
    const utc = new Date(at).toISOString().replace('T', ' ').replace('.000Z', '')
    expect(await table()).toEqual([
      [
        'm1',
        'pos',
        utc,
        'Order Completed',
        '{"total":120000,"it"s":[1]}'.replace('it"s', 'it\\"s'),
        'phone',
        '+84912345678',
      ],
      ['m2', 'pos', utc, 'Đơn hàng 🎉', '{}', 'phone', '+84912345678'],
    ])
    expect(readdirSync(inbox)).toEqual([])
  })

  test('count once, in one file, in two, and in two loads', async () => {
    deliver('1.ndjson', [event('m1'), event('m1')])
    deliver('2.ndjson', [event('m1'), event('m2')])
    expect(await load()).toMatchObject({ files: 2, events: 2 })
    deliver('3.ndjson', [event('m2'), event('m3')])
    expect(await load()).toMatchObject({ files: 1, events: 1 })
    expect((await table()).map(([id]) => id)).toEqual(['m1', 'm2', 'm3'])
  })

  test('are left alone while their file is being written', async () => {
    deliver('1.tmp', [event('m1')])
    expect(await load()).toEqual({ files: 0, events: 0, rejected: 0 })
    expect(existsSync(join(inbox, '1.tmp'))).toBe(true)
  })

  test('are loaded again, without effect, when the load died before it deleted their file', async () => {
    deliver('1.ndjson', [event('m1')])
    const dies = () => Promise.reject(new Error('killed'))
    await expect(load(dies)).rejects.toThrow('killed')
    expect(readdirSync(inbox)).toEqual(['1.ndjson'])
    expect(await load()).toEqual({ files: 1, events: 0, rejected: 0 })
    expect(await table()).toHaveLength(1)
  })
})

describe('a file that cannot be read', () => {
  const good = JSON.stringify(event('good'))
  test.each([
    ['a line cut short', `${good}\n${good.slice(0, 30)}`, 2],
    ['no object', `${good}\n\nnull`, 3],
    ['no message id', JSON.stringify({ ...event('m'), messageId: undefined }), 1],
    ['a time that is text', JSON.stringify(event('m', { observedAt: '2026-01-31' })), 1],
    ['an endless time', JSON.stringify(event('m', { observedAt: 1e300 })), 1],
    ['properties that are none', JSON.stringify(event('m', { properties: 7 })), 1],
  ])('is put aside with a warning, and the others are loaded: %s', async (_, text, line) => {
    mkdirSync(inbox, { recursive: true })
    writeFileSync(join(inbox, '1.ndjson'), text)
    deliver('2.ndjson', [event('m2')])
    expect(await load()).toEqual({ files: 1, events: 1, rejected: 1 })
    expect((await table()).map(([id]) => id)).toEqual(['m2'])
    expect(readdirSync(join(inbox, 'rejected'))).toEqual(['1.ndjson'])
    expect(warnings).toEqual([expect.objectContaining({ file: '1.ndjson', line })])
    expect(await load()).toEqual({ files: 0, events: 0, rejected: 0 })
  })
})

function deliver(name: string, events: readonly object[]) {
  mkdirSync(inbox, { recursive: true })
  writeFileSync(join(inbox, name), events.map((each) => `${JSON.stringify(each)}\n`).join(''))
}

function load(beforeDelete = async () => {}) {
  return withWarehouse({ file }, async (connection) => {
    await ensureTables(connection, async () => {})
    return loadEvents(connection, { inbox, logger, beforeDelete })
  })
}

function table() {
  return withWarehouse({ file, readOnly: true }, async (connection) =>
    (await connection.runAndReadAll('FROM events ORDER BY message_id')).getRowsJson(),
  )
}
