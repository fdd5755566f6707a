import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Graph } from '../../src/graph/graph.ts'
import { ask, emptyGraph, wipe } from '../../test/live.ts'

const cli = resolve(import.meta.dirname, '..', '..', 'src', 'cli.ts')
let graph: Graph
let folder: string
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())
beforeEach(async () => {
  await wipe(graph)
  folder = mkdtempSync(join(tmpdir(), 'ingest-'))
  return () => rmSync(folder, { recursive: true })
})

interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `selfsame ingest` as a process of its own, its warehouse in this test's folder. */
function ingest(args: readonly string[], input?: string): Promise<Ended> {
  return new Promise((resolve_) => {
    const env = { ...process.env, SELFSAME_WAREHOUSE_FILE: join(folder, 'warehouse.duckdb') }
    const child = execFile(
      process.execPath,
      [cli, 'ingest', ...args],
      { env, cwd: folder },
      (error, stdout, stderr) => {
        resolve_({ status: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
    child.stdin?.end(input ?? '')
  })
}

function write(name: string, text: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const keys = async () =>
  (await ask<{ key: string }>(graph, 'MATCH (i:Identifier) RETURN i.key AS key ORDER BY key')).map(({ key }) => key)
const records = () =>
  ask<Record<string, unknown>>(
    graph,
    'MATCH (r:Record)-[:ABOUT]->() RETURN r.key AS key, r.birthday AS birthday, r.firstName AS firstName, toString(r.observedAt) AS at ORDER BY key',
  )
const linesIn = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

function observation(n: number, more: object = {}): string {
  const base = { messageId: `m${n}`, type: 'identify', observedAt: '2026-01-31T09:30:00Z' }
  const identifiers = [
    { kind: 'cookie', value: `ck-${n}` },
    { kind: 'email', value: `an${n}@mail.vn` },
  ]
  return JSON.stringify({ ...base, identifiers, event: { name: 'Signed In' }, ...more })
}

describe('a file of observations', () => {
  test('ends with each line applied, unchanged or in the rejects file, and tells by its exit status', async () => {
    const lines = [observation(1), '{"messageId"', observation(2, { identifiers: [{ kind: 'fax', value: '1' }] })]
    const path = write(
      'a.ndjson',
      [...lines, 'x'.repeat(5 * 1024 * 1024), observation(3), '', observation(3)].join('\n'),
    )
    const { status, stdout } = await ingest([path, '--source', 'web', '--json', '--batch-size', '2'])
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ read: 6, applied: 2, unchanged: 1, transactions: expect.any(Number) },
      rejected: { malformed_json: 1, unknown_kind: 1, too_large: 1 },
      rejectsFile: `${path}.rejects.ndjson`,
    })
    const rejects = linesIn(`${path}.rejects.ndjson`)
    expect(rejects).toEqual([
      { line: 2, reason: 'malformed_json', original: lines[1] },
      { line: 3, reason: 'unknown_kind', original: lines[2] },
      { line: 4, reason: 'too_large', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), length: 5 * 1024 * 1024 },
    ])
    expect(statSync(`${path}.rejects.ndjson`).mode & 0o777).toBe(0o600)
    expect(await keys()).toEqual(['cookie:ck-1', 'cookie:ck-3', 'email:an1@mail.vn', 'email:an3@mail.vn'])
  })

  test('again changes nothing, whatever the batches, and leaves no rejects file of an earlier run', async () => {
    const path = write('a.ndjson', [1, 2, 3].map((n) => observation(n, { source: 'web' })).join('\n'))
    writeFileSync(`${path}.rejects.ndjson`, '{"line":1,"reason":"empty","original":""}\n')
    expect((await ingest([path])).status).toBe(0)
    const before = await ask(graph, 'MATCH (c:Customer) RETURN c.id, c.version, c.changedAt.epochMillis ORDER BY c.id')
    const again = JSON.parse((await ingest([path, '--json', '--batch-size', '1'])).stdout)
    expect(again).toMatchObject({ read: 3, applied: 0, unchanged: 3, rejected: {}, rejectsFile: null, transactions: 3 })
    expect(
      await ask(graph, 'MATCH (c:Customer) RETURN c.id, c.version, c.changedAt.epochMillis ORDER BY c.id'),
    ).toEqual(before)
    expect(existsSync(`${path}.rejects.ndjson`)).toBe(false)
  })

  test('may be standard input; --source fills only the lines without one', async () => {
    const account = { identifiers: [{ kind: 'user_id', value: '7' }] }
    const input = [observation(1, account), observation(2, { ...account, source: 'app' })].join('\n')
    expect((await ingest(['-', '--source', 'web'], input)).status).toBe(0)
    expect(await keys()).toEqual(['user_id:app:7', 'user_id:web:7'])
  })
})

describe('rows', () => {
  const csv = [
    'record_id,source,Given_Name,dob,Phone_Number,soc_sec_id,shoe size',
    'r1,,An,19900214,0912 345 671,77,42',
    'r2,,Binh,2006p728,09x2345671,NA,',
    'r3,crm,Chi,1991-05-06,,,',
    'r4,,too,few',
  ].join('\n')

  test('of well-known columns: what cannot be read as its type is kept as text, dropped as identifier, counted', async () => {
    const path = write('people.csv', csv)
    utimesSync(path, new Date('2026-01-02T03:04:05Z'), new Date('2026-01-02T03:04:05Z'))
    const { status, stdout, stderr } = await ingest([path, '--source', 'people', '--json'])
    expect(status).toBe(1)
    expect(stderr).toContain('trait        firstName: Given_Name')
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ read: 4, applied: 3, rejected: { wrong_column_count: 1 } },
      ...{ identifiersLeftOut: { not_a_phone: 1 }, keptAsText: { birthday: 1, phone: 1 } },
    })
    expect(linesIn(`${path}.rejects.ndjson`)).toEqual([
      { line: 5, reason: 'wrong_column_count', original: 'r4,,too,few' },
    ])
    expect(await keys()).toEqual([
      ...['crm_contact:crm:r3', 'national_id:77', 'phone:+84912345671', 'record:people:r1', 'record:people:r2'],
    ])
    expect(await records()).toEqual([
      { key: 'crm:r3', birthday: '1991-05-06', firstName: 'Chi', at: expect.stringContaining('2026-01-02T03:04:05') },
      { key: 'people:r1', birthday: '1990-02-14', firstName: 'An', at: expect.anything() },
      { key: 'people:r2', birthday: '2006p728', firstName: 'Binh', at: expect.anything() },
    ])
  })

  test('by a mapping, from Parquet', async () => {
    const path = join(folder, 'people.parquet')
    const connection = await (await DuckDBInstance.create(':memory:')).connect()
    await connection.run(
      `COPY (SELECT 7 AS nr, 'An' AS c1, NULL AS c2, 1990 AS y, 2 AS m, 14 AS d) TO '${path}' (FORMAT parquet)`,
    )
    connection.closeSync()
    const text = 'recordId: nr\ntraits:\n  firstName: [c1, c2]\n  birthday: { year: y, month: m, day: d }\n'
    const mapping = write('people.yaml', text)
    const options = ['--source', 'hr', '--mapping', mapping, '--observed-at', '2026-01-01']
    expect((await ingest([path, ...options])).status).toBe(0)
    expect(await records()).toEqual([
      { key: 'hr:7', birthday: '1990-02-14', firstName: 'An', at: expect.stringContaining('2026-01-01') },
    ])
  })
})

describe('what a person did wrong', () => {
  test.each([
    ['no source for rows', ['people.csv'], 2, '--source'],
    ['a format that is none', ['people.csv', '--format', 'xml'], 2, 'xml'],
    ['no such file', ['nowhere.ndjson'], 1, 'nowhere.ndjson'],
    ['a name that is none', ['people.csv', '--source', 'a:b'], 1, '--source'],
    ['rejects into what is read', ['people.csv', '--source', 'a', '--rejects', './people.csv'], 1, '--rejects'],
    ['rejects over another file', ['people.csv', '--source', 'a', '--rejects', 'map.yaml'], 1, '--rejects'],
    ['a mapping of other columns', ['people.csv', '--source', 'a', '--mapping', 'map.yaml'], 1, 'nome'],
  ])('%s is said in words', async (_, args, status, word) => {
    write('people.csv', 'name\nAn')
    write('map.yaml', 'traits: { name: nome }')
    const ended = await ingest(args)
    expect(ended).toMatchObject({ status, stderr: expect.stringContaining(word) })
    expect(ended.stderr).not.toContain('    at ')
    expect(await keys()).toEqual([])
    expect(readFileSync(join(folder, 'people.csv'), 'utf8')).toBe('name\nAn')
  })
})
