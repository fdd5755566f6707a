import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { evaluateCommand } from './evaluate.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-evaluate-'))
  await writeFile(
    join(folder, 'truth.csv'),
    'kind,value,person\nemail,a,p1\nphone,b,p1\nemail,c,p2\nphone,shared,p2\nemail,new,p3\n',
  )
  await writeFile(join(folder, 'records.csv'), 'record_id,entity\n1,x\n2,x\n3,y\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const maps = {
  async *identityMap() {
    yield { kind: 'email', value: 'a', customerId: 'c_1' }
    yield { kind: 'phone', value: 'b', customerId: 'c_1' }
    yield { kind: 'email', value: 'c', customerId: 'c_1' }
    yield { kind: 'phone', value: 'shared', customerId: undefined }
    yield { kind: 'cookie', value: 'kiosk', customerId: undefined }
    yield { kind: 'cookie', value: 'x', customerId: 'c_2' }
  },
  async *recordMap(source: string) {
    yield { recordId: '1', customerId: `c_${source}` }
    yield { recordId: '2', customerId: `c_${source}` }
    yield { recordId: '3', customerId: undefined }
  },
}

async function run(deps: Parameters<typeof evaluateCommand>[0], ...words: string[]): Promise<string> {
  let out = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text
    return true
  })
  try {
    await evaluateCommand(deps).parseAsync(words, { from: 'user' })
  } finally {
    write.mockRestore()
  }
  return out
}

test('judges identifiers, as JSON', async () => {
  expect(JSON.parse(await run(maps, '--truth', join(folder, 'truth.csv'), '--json'))).toEqual({
    things: 5,
    entities: 3,
    clusters: 3,
    missing: 2,
    pairwise: { precision: 0.3333, recall: 0.5, f1: 0.4 },
    b_cubed: { precision: 0.7333, recall: 0.8, f1: 0.7652 },
    exact_cluster_f1: 0.3333,
    largest_cluster: 3,
    unjudged: 1,
    unknown: 1,
    unassigned: 1,
    unjudged_without_customer: 1,
    contradicting_rows: 0,
  })
})

test('says in words what it judged and what it could not', async () => {
  const words = await run(maps, '--truth', join(folder, 'truth.csv'))
  expect(words).toMatch(/pairwise +0\.3333 +0\.5000 +0\.4000/)
  expect(words).toMatch(/B-cubed +0\.7333 +0\.8000 +0\.7652/)
  expect(words).toMatch(/Could not judge 2 identifiers that are in the graph but not in the truth/)
  expect(words).toMatch(/1 are in the graph without one\n.*and 1 the graph does not know/)
})

test('judges the records of a source', async () => {
  const result = JSON.parse(await run(maps, '--truth', join(folder, 'records.csv'), '--source', 'febrl', '--json'))
  expect(result).toMatchObject({ things: 3, missing: 1, unassigned: 1, pairwise: { precision: 1, recall: 1, f1: 1 } })
})

test('opens the maps after reading the truth, and closes them whatever happens', async () => {
  const steps: string[] = []
  const opening = (broken: boolean) => async () => {
    steps.push('open')
    async function* identityMap() {
      if (broken) throw new Error('lost')
      yield* maps.identityMap()
    }
    return { ...maps, identityMap, close: async () => void steps.push('close') }
  }
  await run(opening(false), '--truth', join(folder, 'truth.csv'))
  await expect(run(opening(true), '--truth', join(folder, 'truth.csv'))).rejects.toThrow('lost')
  await expect(run(opening(false), '--truth', join(folder, 'records.csv'))).rejects.toMatchObject({
    code: 'truth_columns',
  })
  expect(steps).toEqual(['open', 'close', 'open', 'close'])
})
