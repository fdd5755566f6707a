import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { generate, truth, writeDataset } from './generate.ts'
import { writeFiles } from './write-files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-generate-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const names = ['crm-contact.ndjson', 'loyalty-card.ndjson', 'pos-sale.ndjson', 'truth.csv', 'web-click.ndjson']

test('writes the streams one message a line in their order, the truth, and says how much', async () => {
  const options = { people: 300, seed: 2 }
  const into = join(folder, 'new', 'one')
  const written = await writeDataset(options, into)
  expect((await readdir(into)).toSorted()).toEqual(names)
  const messages = [...generate(options)]
  for (const topic of ['web-click', 'pos-sale', 'crm-contact', 'loyalty-card'] as const) {
    const expected = messages.filter((message) => message.topic === topic).map(({ body }) => JSON.stringify(body))
    expect((await readFile(join(into, `${topic}.ndjson`), 'utf8')).trimEnd().split('\n')).toEqual(expected)
    expect(written.files[`${topic}.ndjson`]).toBe(expected.length)
  }
  const rows = (await readFile(join(into, 'truth.csv'), 'utf8')).trimEnd().split('\n')
  const facts = [...truth(options)].map(({ kind, value, person }) => `${kind},${value},${person}`)
  expect(rows).toEqual(['kind,value,person', ...facts])
  expect(written).toMatchObject({
    folder: into,
    messages: messages.length,
    late: messages.filter(({ late }) => late).length,
    redelivered: messages.filter(({ redelivered }) => redelivered).length,
  })
  expect(written.files['truth.csv']).toBe(facts.length)
})

test('never writes over a data set', async () => {
  await writeFile(join(folder, 'truth.csv'), 'precious')
  const writing = writeDataset({ people: 5, seed: 1 }, folder)
  await expect(writing).rejects.toMatchObject({ code: 'dataset_exists', message: expect.stringContaining('truth.csv') })
  expect(await readdir(folder)).toEqual(['truth.csv'])
  expect(await readFile(join(folder, 'truth.csv'), 'utf8')).toBe('precious')
})

test('says where it cannot write', async () => {
  await writeFile(join(folder, 'taken'), '')
  await expect(writeDataset({ people: 5, seed: 1 }, join(folder, 'taken'))).rejects.toMatchObject({
    code: 'dataset_unwritable',
  })
})

test('leaves nothing behind when it fails half way', async () => {
  function* failing() {
    yield { topic: 'web-click' as const, body: {}, late: false, redelivered: false }
    throw new Error('half way')
  }
  const writing = writeFiles({ folder, topics: ['web-click'], messages: failing(), truth: [] })
  await expect(writing).rejects.toThrow('half way')
  expect(await readdir(folder)).toEqual([])
})

test('a line longer than the buffer arrives whole', async () => {
  const text = 'ữ'.repeat(300_000)
  const messages = [1, 2, 3].map(() => ({ topic: 't' as const, body: { text }, late: false, redelivered: false }))
  await writeFiles({ folder, topics: ['t'], messages, truth: [] })
  const lines = (await readFile(join(folder, 't.ndjson'), 'utf8')).trimEnd().split('\n')
  expect(lines).toEqual(messages.map(({ body }) => JSON.stringify(body)))
})
