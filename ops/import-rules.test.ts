import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const checkout = join(import.meta.dirname, '..')
const biome = join(checkout, 'node_modules', '.bin', 'biome')
// Not in the checkout: a run that is killed must leave nothing there.
const elsewhere = mkdtempSync(join(tmpdir(), 'selfsame-planted-'))

const forbidden = [
  ['src/identity', '../graph/graph.ts'],
  ['src/identity', '../matching/score.ts'],
  ['src/identity', '../config.ts'],
  ['src/matching', '../graph/graph.ts'],
  ['src/matching', '../resolver/resolver.ts'],
  ['src/resolver', '../rules.ts'],
  ['src/graph', '../resolver/resolver.ts'],
  ['src/resolver', '../commands/withdraw.ts'],
  ['src/commands', '../api/app.ts'],
  ['src/explanation', '../commands/train.ts'],
  ['src/resolver', '../explanation/search.ts'],
  ['src/warehouse', '../resolver/resolver.ts'],
  ['src/export', '../warehouse/project.ts'],
  ['src/keys', '../api/app.ts'],
  ['src/keys', '../resolver/resolver.ts'],
  ['src/graph', '../keys/key-ring.ts'],
  ['src/api', '../cli/serve.ts'],
  ['src/api', 'kafkajs'],
  ['src/cli', 'kafkajs'],
  ['src', 'kafkajs'],
  ['ingest', '../src/api/app.ts'],
  ['ingest', 'kafkajs'],
] as const
const allowed = [
  ['src/resolver', '../graph/graph.ts'],
  ['src/resolver', '../matching/matching.ts'],
  ['src/matching', '../identity/types.ts'],
  ['src/explanation', '../matching/matching.ts'],
  ['src/graph', '../identity/types.ts'],
  ['src/keys', '../graph/graph.ts'],
  ['src/api', '../keys/key-ring.ts'],
  ['ingest', '../src/resolver/resolver-types.ts'],
  ['ingest', '../src/keys/key-ring.ts'],
] as const

const planted = new Map<string, string>()
let said = ''

beforeAll(() => {
  const rules = JSON.parse(readFileSync(join(checkout, 'biome.json'), 'utf8'))
  plant('biome.json', JSON.stringify({ ...rules, $schema: undefined, vcs: { enabled: false } }))
  for (const [room, imported] of [...forbidden, ...allowed]) {
    const name = `${room}/planted-${planted.size}.ts`
    planted.set(`${room} ${imported}`, name)
    plant(name, `export * from '${imported}'\n`)
  }
  plant('ops/planted-one.ts', "import { two } from './planted-two.ts'\nexport const one = () => two\n")
  plant('ops/planted-two.ts', "import { one } from './planted-one.ts'\nexport const two = () => one\n")
  planted.set('one', 'ops/planted-one.ts').set('two', 'ops/planted-two.ts')
  const args = ['lint', '--max-diagnostics=none', '--colors=off', ...planted.values()]
  const { stdout, stderr } = spawnSync(biome, args, { cwd: elsewhere, encoding: 'utf8' })
  said = stdout + stderr
})
afterAll(() => rmSync(elsewhere, { recursive: true }))

function plant(name: string, content: string): void {
  const path = join(elsewhere, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** The rules that Biome finds broken in a planted file. */
function broken(name: string | undefined): string[] {
  return [...said.matchAll(/^(\S+?):\d+:\d+ lint\/\w+\/(\w+)/gm)].flatMap(([, file, rule = '']) =>
    file === name ? rule : [],
  )
}

test.each(forbidden)('%s may not import %s', (room, imported) => {
  expect(broken(planted.get(`${room} ${imported}`))).toContain('noRestrictedImports')
})

test.each(allowed)('%s may import %s', (room, imported) => {
  expect(broken(planted.get(`${room} ${imported}`))).not.toContain('noRestrictedImports')
})

test('a cycle of imports is refused', () => {
  expect(broken('ops/planted-one.ts')).toContain('noImportCycles')
})
