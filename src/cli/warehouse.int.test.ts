import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changingCustomers } from '../../test/changing-customers.ts'
import { emptyGraph } from '../../test/live.ts'
import type { Graph } from '../graph/graph.ts'
import { withWarehouse } from '../warehouse/open-warehouse.ts'
import { projectWarehouse } from '../warehouse/project.ts'

// As cli.ts does, with one command: all of them take seconds to load on a busy machine.
const program = (name: string) => `
  import { CommanderError } from 'commander'
  import { ${name}Command } from ${JSON.stringify(import.meta.resolve(`./${name}.ts`))}
  import { reportError } from ${JSON.stringify(import.meta.resolve('./report-error.ts'))}
  try {
    await ${name}Command().exitOverride().parseAsync(process.argv.slice(1), { from: 'user' })
  } catch (error) {
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : reportError(error)
  }`

let graph: Graph
let folder: string
let file: string
beforeAll(async () => {
  graph = await emptyGraph()
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
  file = join(folder, 'warehouse.duckdb')
  const customers = changingCustomers(graph)
  await customers.identifiers(['email:a@example.com', 'email:b', 'phone:+84912345678'])
  await customers.hold({ c_a: ['email:a@example.com', 'phone:+84912345678'] }, { name: 'Nguyễn "An", Huế' })
  await projectWarehouse({ graph, warehouseFile: file, logger: pino({ level: 'silent' }) })
})
afterAll(async () => {
  await graph.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('selfsame sql', () => {
  const query = 'SELECT name, size, count(*) AS n, golden, first_seen FROM customer_360 GROUP BY ALL'

  test('prints a table', async () => {
    const { code, out } = await selfsame(['sql', query])
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      'name              size  n  golden                         first_seen',
      '----------------  ----  -  -----------------------------  -----------------------',
      'Nguyễn "An", Huế     2  1  {"name":"Nguyễn \\"An\\", Huế"}  2026-01-02 03:04:05.006',
      '(1 row)',
      '',
    ])
  })

  test('prints JSON, numbers as numbers and JSON as JSON', async () => {
    const { out } = await selfsame(['sql', '--json', '--file', file], { input: query, env: { SELFSAME_NEO4J_URI: '' } })
    const name = 'Nguyễn "An", Huế'
    expect(JSON.parse(out)).toEqual([{ name, size: 2, n: 1, golden: { name }, first_seen: '2026-01-02 03:04:05.006' }])
    expect(JSON.parse((await selfsame(['sql', '--json', 'FROM events'])).out)).toEqual([])
  })

  test('prints CSV', async () => {
    const { out } = await selfsame(['sql', '--csv', 'SELECT name, NULL AS nothing, [1, 2] AS list FROM customer_360'])
    expect(out).toBe('name,nothing,list\n"Nguyễn ""An"", Huế",,"[1,2]"\n')
  })

  test('explains what is wrong with a query, without a stack trace', async () => {
    const { code, err } = await selfsame(['sql', 'SELECT nam FROM customer_360'])
    expect(code).toBe(1)
    expect(err).toContain('nam')
    expect(err).toContain('SHOW TABLES')
    expect(err).not.toMatch(/\n\s+at /)
  })

  test('changes nothing', async () => {
    const { code, err } = await selfsame(['sql', 'DELETE FROM customer_360'])
    expect(code).toBe(1)
    expect(err).toContain('read-only')
  })

  test('says what makes the file, where there is none', async () => {
    const { code, err } = await selfsame(['sql', '--file', join(folder, 'none.duckdb'), 'SELECT 1'])
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('selfsame work') })
  })

  test('waits while a projection holds the file', async () => {
    let release: () => void = () => {}
    const held = withWarehouse({ file }, () => new Promise<void>((resolve) => (release = resolve)))
    await selfsame(['sql', '--csv', 'SELECT 7 AS n'], { onSaid: () => release() }).then(async (answer) => {
      expect(answer).toMatchObject({ code: 0, out: 'n\n7\n', err: expect.stringContaining('waiting') })
    })
    await held
  })

  test('without a query is a mistake of usage', async () => {
    expect(await selfsame(['sql'], { input: ' ' })).toMatchObject({ code: 2, out: '' })
    expect(await selfsame(['sql', '--json', '--csv', 'SELECT 1'])).toMatchObject({ code: 2, out: '' })
  })
})

describe('selfsame export', () => {
  test('the identity map to standard output', async () => {
    expect(await selfsame(['export', 'identity-map'])).toEqual({
      ...{ code: 0, err: '' },
      out: 'kind,value,customer_id\nemail,a@example.com,c_a\nemail,b,\nphone,+84912345678,c_a\n',
    })
  })

  test('customers to a file', async () => {
    const out = join(folder, 'customers.ndjson')
    const { code, err } = await selfsame(['export', 'customers', '--format', 'ndjson', '--out', out])
    expect({ code, err }).toEqual({ code: 0, err: `1 rows in ${out}\n` })
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ customer_id: 'c_a', size: 2 })
  })

  test.each([
    [['records'], 2, '--source'],
    [['customers', '--source', 'crm'], 2, '--source'],
    [['customers', '--format', 'parquet'], 2, '--out'],
    [['everything'], 2, 'identity-map'],
    [['records', '--source', 'nobody'], 1, 'nobody'],
  ])('%s is refused with status %d, naming %s', async (args, code, named) => {
    expect(await selfsame(['export', ...args])).toMatchObject({ code, err: expect.stringContaining(named) })
  })
})

describe('selfsame reconcile', () => {
  test('says that all is equal, or what differs, and repairs it', async () => {
    expect(await selfsame(['reconcile'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('The warehouse equals the graph.'),
    })
    await withWarehouse({ file }, (connection) => connection.run(`DELETE FROM identity_map WHERE kind = 'phone'`))
    const told = await selfsame(['reconcile'])
    expect(told.code).toBe(1)
    expect(told.out).toContain('  missing   phone:+84912345678')
    const counted = await selfsame(['reconcile', '--json', '--limit', '0'])
    expect(counted.code).toBe(1)
    expect(JSON.parse(counted.out).identifiers).toEqual({ graph: 2, warehouse: 1, differences: 1, listed: [] })
    expect(await selfsame(['reconcile', '--repair'])).toMatchObject({ code: 0 })
    expect((await selfsame(['reconcile'])).code).toBe(0)
  })

  test('takes no limit but a number', async () => {
    expect(await selfsame(['reconcile', '--limit', 'all'])).toMatchObject({ code: 2 })
  })
})

async function selfsame(
  [name = '', ...args]: readonly string[],
  { input = '', env = {}, onSaid = () => {} }: { input?: string; env?: object; onSaid?: () => void } = {},
) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(name), '--', ...args], {
    cwd: import.meta.dirname,
    env: { ...process.env, SELFSAME_WAREHOUSE_FILE: file, ...env },
  })
  child.stdin.end(input)
  child.stderr.once('data', onSaid)
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [code, out, err] = await Promise.all([exit, text(child.stdout), text(child.stderr)])
  return { code, out, err }
}
