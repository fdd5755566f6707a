import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { accuracyBenchmark } from './accuracy.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-sets-'))
  return () => rmSync(folder, { recursive: true })
})
afterEach(() => void vi.restoreAllMocks())

test('scores every set of a folder, and writes the page', async () => {
  const set = join(folder, 'small')
  mkdirSync(set)
  writeFileSync(
    join(set, 'records.csv'),
    `record_id,first_name,surname,dob\na,Ada,Lovelace,1815-12-10\nb,Ada,Lovelace,1815-12-10\nc,Alan,Turing,1912-06-23\n`,
  )
  writeFileSync(join(set, 'truth.csv'), 'record_id,entity\na,1\nb,1\nc,2\n')
  const said = vi.spyOn(console, 'info').mockReturnValue()
  const page = join(folder, 'page.md')
  await accuracyBenchmark().parseAsync(['--data', folder, '--page', page, '--json'], { from: 'user' })
  const { sets } = JSON.parse(String(said.mock.lastCall?.[0]))
  expect(sets).toMatchObject([
    {
      ...{ set: 'small', records: 3 },
      exact: { pairwise: { recall: 0 } },
      default: { pairwise: { precision: 1, recall: 1, f1: 1 } },
      blocking: { candidates: 1, pairs_completeness: 1 },
    },
  ])
  expect(readFileSync(page, 'utf8')).toContain('| small | 3 | exact | 0.0000 | 1.0000 | 0.0000 |')
})

test('a folder without sets is a mistake of the caller', async () => {
  const run = accuracyBenchmark().parseAsync(['--data', folder], { from: 'user' })
  await expect(run).rejects.toMatchObject({ code: 'sets_missing' })
})
