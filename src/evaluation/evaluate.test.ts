import { expect, test } from 'vitest'
import { evaluate } from './evaluate.ts'

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
const truthOf = (entities: Record<string, string>) => ({
  entities: new Map(Object.entries(entities)),
  ...{ contradicting: 0, blank: 0 },
})

test('judges identifiers, and counts what could not be judged', async () => {
  const truth = truthOf({ 'email:a': 'p1', 'phone:b': 'p1', 'email:c': 'p2', 'phone:shared': 'p2', 'email:new': 'p3' })
  const { evaluation, predicted } = await evaluate(truth, maps)
  expect(evaluation).toEqual({
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
  expect(predicted.get('cookie:x')).toBe('c_2')
})

test('judges the records of a source', async () => {
  const { evaluation } = await evaluate(truthOf({ 1: 'x', 2: 'x', 3: 'y' }), maps, 'febrl')
  expect(evaluation).toMatchObject({
    ...{ things: 3, missing: 1, unassigned: 1 },
    pairwise: { precision: 1, recall: 1, f1: 1 },
  })
})
