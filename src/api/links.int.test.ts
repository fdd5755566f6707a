import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, apiOver, SMALL_WORLD, SMALL_WORLD_IDS } from '../../test/api-under-test.ts'
import { statement } from '../graph/statements.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS })
})
afterAll(async () => await api?.close())

const { a, e } = SMALL_WORLD_IDS

async function linksOf(key: string, selection: string) {
  const answer = await api.ask(`query ($key: String!) { identify(anything: $key) { ${selection} } }`, { key })
  expect(answer.errors).toBeUndefined()
  return answer.data.identify[0]
}

describe('links', () => {
  it('observed: the neighbour, when, by whom; history without dates', async () => {
    const { observed, observedCount } = await linksOf(
      'crm_contact:crm:1001',
      'observedCount observed { neighbour { key customer { id } } firstSeen lastSeen sources refused }',
    )
    expect(observedCount).toBe(2)
    expect(observed).toEqual([
      {
        neighbour: { key: 'email:old@mail.vn', customer: null },
        firstSeen: null,
        lastSeen: null,
        sources: ['crm'],
        refused: false,
      },
      {
        neighbour: { key: 'phone:+84912345671', customer: { id: a } },
        firstSeen: '2026-01-05T08:30:00.000Z',
        lastSeen: '2026-01-31',
        sources: ['crm', 'web'],
        refused: false,
      },
    ])
  })

  it('scored and asserted, from either end, aliased and nested', async () => {
    const selection = `scored { p: probability weight model refused neighbour { key mine: customer { id } } }
      asserted { verdict id by at reason refused neighbour { key scored { neighbour { key } } } }`
    const link = { p: 0.91, weight: 7.5, model: 'm1', refused: true }
    const decision = {
      verdict: 'not_same',
      id: 'n1',
      by: 'clerk',
      at: '2026-02-01T09:00:00.000Z',
      reason: 'father and son',
      refused: false,
    }
    const [one, other] = ['crm_contact:crm:1001', 'crm_contact:crm2:1001']
    expect(await linksOf(one, selection)).toEqual({
      scored: [{ ...link, neighbour: { key: other, mine: { id: e } } }],
      asserted: [{ ...decision, neighbour: { key: other, scored: [{ neighbour: { key: one } }] } }],
    })
    expect(await linksOf(other, selection)).toEqual({
      scored: [{ ...link, neighbour: { key: one, mine: { id: a } } }],
      asserted: [{ ...decision, neighbour: { key: one, scored: [{ neighbour: { key: other } }] } }],
    })
  })
})

describe('a hub of 5,000 neighbours', () => {
  const HUB = 'phone:+84900000009'
  const page = async (args: string): Promise<string[]> =>
    (await linksOf(HUB, `observed${args} { neighbour { key } }`)).observed.map(
      (link: { neighbour: { key: string } }) => link.neighbour.key,
    )

  it('answers with 20, at most 100, and never fewer than none', async () => {
    expect(await page('')).toHaveLength(20)
    expect(await page('(limit: 5000)')).toHaveLength(100)
    expect(await page('(limit: -5)')).toEqual([])
    expect((await linksOf(HUB, 'observedCount')).observedCount).toBe(5000)
  })

  it('is walked whole, page by page', async () => {
    const seen = new Set<string>()
    for (let offset = 0; offset < 5000; offset += 100) {
      for (const key of await page(`(limit: 100, offset: ${offset})`)) seen.add(key)
    }
    expect(seen.size).toBe(5000)
    expect(await page('(offset: 5000)')).toEqual([])
  })

  it('costs what it shows', async () => {
    const session = api.graph.driver.session({ database: api.graph.database })
    const hits = async (name: string, params: object) => {
      const text = `PROFILE MATCH (this:Identifier {key: $key}) CALL (this) { ${statement(name)}\n} RETURN *`
      const { summary } = await session.run(text, { key: HUB, ...params })
      return total(summary.profile as unknown as Profile)
    }
    try {
      const { int } = await import('../graph/graph.ts')
      expect(await hits('read/identifier-observed', { limit: int(10), offset: int(0) })).toBeLessThan(300)
      expect(await hits('read/identifier-observed-count', {})).toBeLessThan(20)
    } finally {
      await session.close()
    }
  })
})

interface Profile {
  readonly dbHits: number
  readonly children: readonly Profile[]
}

function total({ dbHits, children }: Profile): number {
  return dbHits + children.reduce((sum, child) => sum + total(child), 0)
}
