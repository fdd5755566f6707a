import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { resolved, runs, TIMEOUT } from '../../test/oracle/asked.ts'
import { evolving } from '../../test/oracle/evolving.ts'
import { anyPicks, anyWorld, rearranged } from '../../test/oracle/populations.ts'
import { customerDigest, evolve, type FormerCustomer, leadsTo } from './history.ts'
import { identifierKey } from './keys.ts'
import type { ResolvedCustomer } from './resolve.ts'
import type { CustomerId, IdentifierKey } from './types.ts'

vi.setConfig({ testTimeout: TIMEOUT })

describe('invariant 6: every id ever returned leads somewhere', () => {
  test('after every batch, an id is alive or former, its version only grows, and it leads where section 4 says', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anyPicks, fc.integer({ min: 1, max: 6 }), async (world, picks, batch) => {
        const items = rearranged(world.items, picks)
        const history = evolving()
        for (let end = batch; end < items.length + batch; end += batch) {
          history.commit(await resolved(items.slice(0, end), world))
          history.check()
        }
      }),
      runs(0.25),
    )
  })
})

const [e1, p1, c1] = [identifierKey('email', '1'), identifierKey('phone', '1'), identifierKey('cookie', '1')] as const

function customer(anchor: IdentifierKey, members: readonly IdentifierKey[], lastSeen = 1): ResolvedCustomer {
  const id = `c_${anchor}` as CustomerId
  return { id, anchor, members: members.toSorted(), firstSeen: 1, lastSeen, golden: {}, provenance: {}, tenures: [] }
}

describe('evolution', () => {
  const one = customer(e1, [e1, p1])
  const stored = { ...one, version: 3, digest: customerDigest(one) }

  test('what did not change is not saved', () => {
    expect(evolve([stored], [], [one])).toEqual({ saved: [], retired: [], revived: [] })
  })

  test('what changed has the next version, what is new the first', () => {
    const [more, other] = [customer(e1, [e1, p1], 2), customer(c1, [c1])]
    const { saved, retired, revived } = evolve([stored], [], [more, other])
    expect(saved.map(({ customer, version }) => [customer, version])).toEqual([
      [more, 4],
      [other, 1],
    ])
    expect([retired, revived]).toEqual([[], []])
  })

  test('what is no more is retired with what it held; come back, its version counts on', () => {
    const { retired } = evolve([stored], [], [customer(p1, [p1])])
    expect(retired).toEqual([{ id: one.id, version: 4, anchor: e1, held: [e1, p1] }])
    const { saved, revived } = evolve([], retired, [one])
    expect(saved.map(({ version }) => version)).toEqual([5])
    expect(revived).toEqual([one.id])
  })
})

describe('where a former id leads', () => {
  const former: FormerCustomer = { id: 'c_former' as CustomerId, version: 2, anchor: e1, held: [e1, p1, c1] }
  const today = (customers: Record<IdentifierKey, string>) =>
    leadsTo(former, (key) => customers[key] as CustomerId | undefined)

  test.each([
    ['to the customer of the identifier it names', { [e1]: 'c_1', [p1]: 'c_2' }, { type: 'customers', ids: ['c_1'] }],
    ['else to those of what it last held', { [p1]: 'c_2', [c1]: 'c_1' }, { type: 'customers', ids: ['c_1', 'c_2'] }],
    ['to each of them once', { [p1]: 'c_2', [c1]: 'c_2' }, { type: 'customers', ids: ['c_2'] }],
    ['else to the identifier', {}, { type: 'identifier', key: e1 }],
  ])('%s', (_, customers, destination) => expect(today(customers)).toEqual(destination))
})
