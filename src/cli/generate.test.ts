import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { generateCommand } from './generate.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-generate-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function run(...words: string[]): Promise<string> {
  let out = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  try {
    await generateCommand().parseAsync(words, { from: 'user' })
  } finally {
    write.mockRestore()
  }
  return out
}

/** The exit status and last words of a command line that must not get as far as writing. */
function usage(...words: string[]): { status: number | null; stderr: string } {
  const cli = join(import.meta.dirname, '..', 'cli.ts')
  return spawnSync(process.execPath, [cli, 'generate', ...words], { encoding: 'utf8' })
}

test('writes the files and says how much there is of what', async () => {
  const out = join(folder, 'words')
  const words = await run('--people', '200', '--seed', '3', '--out', out)
  expect(words).toMatch(/2,\d{3} messages of 200 people, (8|9|1\d)\.\d % late, [3-7]\.\d % redelivered/)
  expect(words).toMatch(/web-click\.ndjson +1,\d{3} messages\n/)
  expect((await readdir(out)).length).toBe(5)
  await expect(run('--people', '200', '--seed', '3', '--out', out)).rejects.toMatchObject({
    code: 'dataset_exists',
    remedy: expect.stringContaining('--out'),
  })
})

test('as JSON, and clean with noise 0', async () => {
  const out = join(folder, 'json')
  const written = JSON.parse(await run('--people', '50', '--seed', '3', '--noise', '0', '--out', out, '--json'))
  expect(written).toMatchObject({ people: 50, seed: 3, noise: 0, folder: out, late: 0, redelivered: 0 })
  expect(Object.keys(written.files)).toEqual([
    'web-click.ndjson',
    'pos-sale.ndjson',
    'crm-contact.ndjson',
    'loyalty-card.ndjson',
    'truth.csv',
  ])
})

test('a command line that cannot be understood ends with 2 and says why', () => {
  expect(usage('--people', 'many', '--seed', '1')).toMatchObject({ status: 2, stderr: expect.stringContaining('many') })
  expect(usage('--people', '10')).toMatchObject({ status: 2, stderr: expect.stringContaining('--seed') })
  expect(usage('--people', '10', '--seed', '1', '--noise', '-1').status).toBe(2)
})
