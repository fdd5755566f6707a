import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyGraph } from '../../test/live.ts'
import { runCommand } from '../../test/run-command.ts'
import type { Graph } from '../graph/graph.ts'
import { openKeyRing } from '../keys/key-ring.ts'

let graph: Graph
beforeAll(async () => {
  graph = await emptyGraph()
})
afterAll(() => graph.close())

const keys = (...args: string[]) => runCommand(['keys', ...args])

test('a key is made, its secret shown once, listed without it, and revoked', async () => {
  const made = await keys('create', '--source', 'shop', '--kinds', 'cookie, user_id', '--name', 'the till', '--wait')
  expect(made.code).toBe(0)
  const [, id = '', secret = ''] =
    /^(key_\w+) .*kinds cookie, user_id, may wait.*\n.*(wk_[\w-]+)\n$/.exec(made.out) ?? []
  expect(await openKeyRing({ graph }).find(secret)).toMatchObject({ id, source: 'shop', mayWait: true })
  const app = await keys('create', '--role', 'app', '--name', 'the app', '--json')
  expect(JSON.parse(app.out)).toMatchObject({ use: 'api', role: 'app', secret: expect.stringMatching(/^sk_/) })
  expect((await keys('revoke', id)).code).toBe(0)
  const listed = await keys('list', '--json')
  expect(JSON.parse(listed.out)).toMatchObject([{ id, revokedAt: expect.any(Number) }, { name: 'the app' }])
  expect((await keys('list')).out).toMatch(new RegExp(`^${id} .*REVOKED .*\n.*API key, role app`))
  expect(listed.out).not.toContain('wk_')
})

test.each([
  ['neither role nor source', ['--name', 'x'], 2],
  ['both', ['--name', 'x', '--role', 'app', '--source', 's', '--kinds', 'cookie'], 2],
  ['a write key without kinds', ['--name', 'x', '--source', 's'], 2],
  ['a role that there is not', ['--name', 'x', '--role', 'root'], 2],
  ['a kind that there is not', ['--name', 'x', '--source', 's', '--kinds', 'shoe'], 1],
])('%s is refused', async (_, args, code) => {
  expect((await keys('create', ...args)).code).toBe(code)
})
