import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, emptyGraph, live } from '../../test/live.ts'
import { runCommand } from '../../test/run-command.ts'
import { DAY, event } from '../../test/told.ts'
import type { Graph } from '../graph/graph.ts'
import { compareKeys, identifierKey, identifierOf, recordKey } from '../identity/keys.ts'
import type { IdentifierKey, Observation } from '../identity/types.ts'
import { createResolver } from '../resolver/resolver.ts'
import { loadRules } from '../rules.ts'

const key = (text: string) => text as IdentifierKey
const [phone, family, clerk] = [key('phone:+84868964811'), key('phone:+84868964812'), key('phone:+84868964813')]

/** Entity → what is its own. Each is wrong in one way, which its name tells. */
const TRUTH: Readonly<Record<string, readonly string[]>> = {
  merged: ['crm_contact:crm:1', 'email:one@mail.vn', phone],
  merged_too: ['crm_contact:crm:2', 'email:two@mail.vn'],
  alike: ['crm_contact:crm:3'],
  alike_too: ['crm_contact:crm:4'],
  unknown: ['crm_contact:crm:10', 'email:never@mail.vn'],
  waiting: ['cookie:w1', 'cookie:w2'],
  no_customer: ['crm_contact:crm:11', clerk],
  kept_apart: ['crm_contact:crm:12', 'crm_contact:crm:13'],
  not_conducting: ['crm_contact:crm:14', 'crm_contact:crm:15'],
  not_proposed: ['crm_contact:crm:16', 'crm_contact:crm:17', 'crm_contact:crm:18'],
  too_little_alike: ['crm_contact:crm:19', 'crm_contact:crm:20'],
  nothing_in_common: ['cookie:n1', 'cookie:n2'],
}

const hoa = { name: 'Trần Thị Hoa', birthday: '1990-02-14', 'address.street': '12 Lê Lợi', 'address.city': 'Huế' }
const bao = { name: 'Phạm Quốc Bảo', birthday: '1975-05-05' }
const observations = [
  contact(1, {}, phone),
  contact(1, {}, key('email:one@mail.vn'), phone),
  contact(2, {}, phone),
  seen('crm_contact:crm:2', 'email:two@mail.vn'),
  contact(3, hoa),
  contact(4, hoa),
  contact(10, {}),
  seen('cookie:w1'),
  seen('cookie:w2'),
  contact(11, {}),
  contact(12, { name: 'Nguyễn Văn An', birthday: '1960-02-14' }, family),
  contact(13, { name: 'Lê Minh Châu', birthday: '1991-11-23' }, family),
  contact(14, {}, clerk),
  contact(15, {}, clerk),
  ...[16, 17, 18].map((id) => contact(id, bao)),
  contact(19, { name: 'Đỗ Khánh Linh', 'address.city': 'Huế' }),
  contact(20, { name: 'Đỗ Khánh Linh', 'address.city': 'Huế' }),
  seen('cookie:n1'),
  seen('cookie:n2'),
  ...Array.from({ length: 7 }, (_, till) => seen(clerk, `pos_account:pos:${till}`)),
]

function contact(id: number, traits: Record<string, string>, ...claims: IdentifierKey[]): Observation {
  const account = identifierKey('crm_contact', `crm:${id}`)
  return event({
    ...{ source: 'crm', type: 'record', observedAt: DAY },
    identifiers: [account, ...claims].sort(compareKeys).map(identifierOf),
    record: { key: recordKey('crm', String(id)), id: String(id), account, traits },
  })
}

function seen(...keys: string[]): Observation {
  return event({ observedAt: 2 * DAY, identifiers: keys.map(key).sort(compareKeys).map(identifierOf) })
}

let graph: Graph
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'selfsame-evaluate-'))
  const config = { ...live(), policy_file: join(folder, 'policy.yaml') }
  // Three records of one block are too many.
  writeFileSync(config.policy_file, readFileSync(live().policy_file, 'utf8').replace('maxBlock: 30', 'maxBlock: 2'))
  const rows = Object.entries(TRUTH).flatMap(([entity, keys]) =>
    keys.map((each) => [identifierOf(key(each)).kind, identifierOf(key(each)).value, entity].join(',')),
  )
  writeFileSync(join(folder, 'truth.csv'), ['kind,value,entity', ...rows, ''].join('\n'))
  writeFileSync(join(folder, 'records.csv'), 'record_id,entity\n1,x\n2,y\n12,z\n13,z\nnever,z\n')
  graph = await emptyGraph()
  await createResolver({ graph, rules: loadRules(config) }).apply({ observations })
  // As what is too large to be resolved is left.
  await ask(graph, "MATCH (i:Identifier {key: 'cookie:w1'})-[r:IDENTIFIES]->() DELETE r SET i:Unresolved")
})
afterAll(async () => {
  await graph.close()
  rmSync(folder, { recursive: true })
})

const evaluate = (...args: string[]) =>
  runCommand(['evaluate', ...args], { ...process.env, SELFSAME_POLICY_FILE: join(folder, 'policy.yaml') })
const judged = async (file: string, ...args: string[]) =>
  JSON.parse((await evaluate('--truth', join(folder, file), '--json', ...args)).out)

describe('identifiers', () => {
  test('each miss has the reason that was planted', async () => {
    const { misses, missing, unknown } = await judged('truth.csv')
    type Miss = { entity: string; pairs: number; why: { reason: string } }
    const reasons = misses.costliest.map(({ entity, pairs, why }: Miss) => [entity, [why.reason, pairs]])
    const names = Object.keys(TRUTH).filter((name) => !/^(merged|alike)/.test(name))
    expect(Object.fromEntries(reasons)).toEqual(
      Object.fromEntries(names.map((name) => [name, [name, name === 'not_proposed' ? 3 : 1]])),
    )
    expect(misses).toMatchObject({ entities: names.length, pairs: names.length + 2 })
    expect({ missing, unknown }).toEqual({ missing: 3, unknown: 1 })
  })

  test('false merges have the link that joins them, or the comparison', async () => {
    const { false_merges, pairwise } = await judged('truth.csv', '--errors', '2')
    expect(false_merges).toMatchObject({
      ...{ customers: 2, pairs: 7 },
      costliest: [
        {
          ...{ pairs: 6, things: 5, entities: 2 },
          largest: [{ of: 'merged' }, { of: 'merged_too', things: TRUTH.merged_too }],
          why: {
            weakest: { type: 'observed', a: 'crm_contact:crm:2', b: phone, sources: ['crm'] },
            cut: [{ a: 'crm_contact:crm:2' }],
          },
        },
        {
          ...{ pairs: 1, entities: 2 },
          why: { weakest: { type: 'scored', records: { match: { comparisons: expect.any(Array) } } } },
        },
      ],
    })
    // Of 4 + 7 pairs together.
    expect(pairwise.precision).toBe(0.3636)
  })

  test('the curve passes through what was scored, and below the review threshold nothing is offered', async () => {
    const { curve, pairwise, b_cubed, clusters } = await judged('truth.csv')
    const own = curve.find((point: { in_force: boolean }) => point.in_force)
    expect(own).toEqual({ threshold: 0.85, in_force: true, clusters, pairwise, b_cubed })
    expect(curve.map(({ threshold }: { threshold: number }) => threshold)).toEqual([
      0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99,
    ])
    // Linh and Linh, of one city.
    expect(curve[1].pairwise.recall).toBeGreaterThan(pairwise.recall)
    expect(await judged('truth.csv', '--no-curve', '--errors', '0')).toEqual({
      ...(await judged('truth.csv')),
      ...{ curve: undefined, false_merges: { customers: 2, pairs: 7, costliest: [] } },
      misses: { entities: 8, pairs: 10, costliest: [] },
    })
  })

  test('says all of it in words', async () => {
    const { out } = await evaluate('--truth', join(folder, 'truth.csv'))
    expect(out).toMatch(/pairwise +0\.3636 +0\.2857 +0\.3200/)
    expect(out).toMatch(/\n0\.85 {2}in force +0\.3636 +0\.2857 +0\.3200/)
    for (const said of [
      /2 are in the graph without one\n.*and 1 the graph does not know/,
      /1\. 6 wrong pairs: customer c_\w+ holds 5 identifiers of 2 entities\n {2}merged: /,
      /This link joins them:\n {4}crm_contact:crm:2 - phone:\+84868964811: seen together by crm/,
      /The graph does not know it: email:never@mail\.vn/,
      /An identifier that belongs to nobody\.\n.*phone:\+84868964813: no customer, shared: it was seen with 7/,
      /Refused:\n.*\n? {2}Between them stands:\n {4}.*contradict/s,
      /Both were seen with:\n {4}phone:\+84868964813, shared: seen with 7 of the kind pos_account, above 6/,
      /most alike, not compared: the blocks that they share hold too many records:/,
      /most alike, compared since they share a block:/,
      /By reason, the pairs between the two largest parts of each of these 8:/,
    ]) {
      expect(out).toMatch(said)
    }
    expect(out).not.toContain('The row in force is not what the graph holds')
  })
})

test('records of a source go by their accounts', async () => {
  const { misses, false_merges, curve, pairwise } = await judged('records.csv', '--source', 'crm')
  expect(false_merges.costliest).toMatchObject([{ pairs: 1, why: { path: [{}, {}] } }])
  expect(misses.costliest).toMatchObject([{ entity: 'z', parts: 3, pairs: 3, why: { reason: 'kept_apart' } }])
  expect(curve[4]).toMatchObject({ in_force: true, pairwise })
})

test('a number of errors that is none is a mistake of usage; what is wrong with a truth is said before the graph', async () => {
  expect((await evaluate('--truth', join(folder, 'truth.csv'), '--errors', 'all')).code).toBe(2)
  expect((await evaluate('--truth', join(folder, 'records.csv'))).code).toBe(1)
})
