import {
  existsSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { deadLetter } from '../outcome.ts'
import { openRejects } from './rejects.ts'

let folder: string
let path: string
let input: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rejects-'))
  path = join(folder, 'a.rejects.ndjson')
  input = join(folder, 'customers.csv')
  writeFileSync(input, 'name\nAn\n')
  return () => rmSync(folder, { recursive: true })
})

const refused = (line: number) => ({ origin: { line, original: 'x' }, letter: deadLetter('malformed_json') })
const EARLIER = '{"line":9,"reason":"empty","original":""}\n'

test('takes the place of an earlier run’s file when it is whole, not before', async () => {
  writeFileSync(path, EARLIER)
  const rejects = await openRejects(path, { sources: [input] })
  await rejects.write([refused(1)])
  await rejects.write([refused(2)])
  expect(readFileSync(path, 'utf8')).toBe(EARLIER)
  await rejects.finish()
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).line)).toEqual([1, 2])
  expect(readdirSync(folder).sort()).toEqual(['a.rejects.ndjson', 'customers.csv'])
})

test('a run without refused lines leaves none, a run that failed leaves the earlier one', async () => {
  writeFileSync(path, EARLIER)
  const failed = await openRejects(path, { sources: [input] })
  await failed.write([refused(1)])
  await failed.abandon()
  expect(readFileSync(path, 'utf8')).toBe(EARLIER)
  await (await openRejects(path, { sources: [input] })).finish()
  expect(readdirSync(folder)).toEqual(['customers.csv'])
})

test('what is read is never written over, however it is named', async () => {
  const read = join(folder, 'again.ndjson')
  writeFileSync(read, EARLIER)
  symlinkSync(read, join(folder, 'symbolic'))
  linkSync(read, join(folder, 'hard'))
  linkSync(read, join(folder, 'aside.partial'))
  for (const name of ['again.ndjson', './again.ndjson', 'symbolic', 'hard', 'aside']) {
    const opening = openRejects(join(folder, name), { sources: [input, read] })
    await expect(opening, name).rejects.toMatchObject({ code: 'rejects_unwritable' })
  }
  expect(readFileSync(read, 'utf8')).toBe(EARLIER)
})

test('nor any file that is none of ours, nor a folder or a device', async () => {
  const other = join(folder, 'other.csv')
  writeFileSync(other, 'name\nBinh\n')
  for (const name of [other, folder, '/dev/null']) {
    await expect(openRejects(name, { sources: [input] }), name).rejects.toMatchObject({
      code: 'rejects_unwritable',
      remedy: expect.stringContaining('--rejects'),
    })
  }
  expect(readFileSync(other, 'utf8')).toBe('name\nBinh\n')
  expect(existsSync('/dev/null')).toBe(true)
})

test('what a killed run left aside is in nobody’s way', async () => {
  writeFileSync(`${path}.partial`, EARLIER)
  const rejects = await openRejects(path, { sources: [input] })
  await rejects.write([refused(1)])
  await rejects.finish()
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ line: 1 })
})

test('where it cannot be written that is said', async () => {
  const rejects = await openRejects(join(folder, 'nowhere', 'a'), { sources: [input] })
  await expect(rejects.write([refused(1)])).rejects.toMatchObject({ code: 'rejects_unwritable' })
})
