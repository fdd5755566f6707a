import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTruth } from './truth-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-truth-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let files = 0
async function file(text: string): Promise<string> {
  const path = join(folder, `${files++}.csv`)
  await writeFile(path, text)
  return path
}

describe('a truth about identifiers', () => {
  test('is read whatever the last column is called, with a byte order mark, blanks, quotes and Windows lines', async () => {
    const path = await file(
      '\uFEFFkind,value,person\r\nemail, an@shop.example ,p1\r\nrecord,"x:1,5",p2\r\n\r\nphone,+84912345678,p1',
    )
    const { entities, contradicting, blank } = await readTruth(path, 'identifiers')
    expect([...entities]).toEqual([
      ['email:an@shop.example', 'p1'],
      ['record:x:1,5', 'p2'],
      ['phone:+84912345678', 'p1'],
    ])
    expect([contradicting, blank]).toEqual([0, 0])
  })

  test('the last of contradicting rows counts, rows without entity say nothing, and both are counted', async () => {
    const path = await file('kind,value,entity\nemail,a,1\nemail,a,2\nemail,a,2\nemail,b,\n')
    expect(await readTruth(path, 'identifiers')).toEqual({
      entities: new Map([['email:a', '2']]),
      contradicting: 1,
      blank: 1,
    })
  })
})

test('a truth about records', async () => {
  const path = await file('record_id,entity_id\nr1,e1\nr2,e1\n')
  expect([...(await readTruth(path, 'records')).entities]).toEqual([
    ['r1', 'e1'],
    ['r2', 'e1'],
  ])
})

describe('what is wrong is named with file, line and remedy', () => {
  const failing = [
    ['other columns', 'id,group\nr1,e1\n', 'identifiers', 'truth_columns', 'line 1', 'kind,value,entity'],
    [
      'records instead of identifiers',
      'record_id,entity\nr1,e1\n',
      'identifiers',
      'truth_columns',
      'line 1',
      '--source',
    ],
    [
      'identifiers instead of records',
      'kind,value,person\nemail,a,1\n',
      'records',
      'truth_columns',
      'line 1',
      '--source',
    ],
    ['a column too few', 'kind,value,person\nemail,a,1\nemail,b\n', 'identifiers', 'truth_malformed', 'line 3', 'line'],
    ['an empty value', 'kind,value,person\nemail,,1\n', 'identifiers', 'truth_malformed', 'line 2', 'line'],
    ['an open quote', 'kind,value,person\nemail,"a,1\n', 'identifiers', 'truth_malformed', 'line', 'quot'],
    ['no rows', 'kind,value,person\n', 'identifiers', 'truth_empty', 'no row', 'kind,value,entity'],
    ['no bytes', '', 'identifiers', 'truth_empty', 'no row', 'kind,value,entity'],
  ] as const
  test.each(failing)('%s', async (_, text, things, code, inMessage, inRemedy) => {
    const path = await file(text)
    await expect(readTruth(path, things)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`${path.replaceAll(/\W/g, '.')}.*${inMessage}`, 's')),
      remedy: expect.stringContaining(inRemedy),
    })
  })

  test('no file', async () => {
    await expect(readTruth(join(folder, 'none.csv'), 'records')).rejects.toMatchObject({ code: 'truth_unreadable' })
    await expect(readTruth(folder, 'records')).rejects.toMatchObject({ code: 'truth_unreadable' })
  })
})
