import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { pairOf } from '../../src/identity/keys.ts'
import type { IdentifierKey } from '../../src/identity/types.ts'
import { oracleOf, TIMEOUT } from './asked.ts'
import { whatStandsBetween } from './cannot-link.ts'
import { anyWorld } from './populations.ts'

vi.setConfig({ testTimeout: TIMEOUT })

describe('the worlds', () => {
  test('are worth resolving: every status, every refusal and every reason occurs often', () => {
    const found = new Map<string, number>()
    const note = (what: string) => found.set(what, (found.get(what) ?? 0) + 1)
    for (const world of fc.sample(anyWorld, { numRuns: 1000, seed: 3 })) {
      const oracle = oracleOf(world.items, world)
      for (const status of new Set(oracle.statuses.values())) note(status)
      for (const [type, pairs] of Object.entries(oracle.refused)) if (pairs.length > 0) note(`refused ${type}`)
      const customerOf = (key: IdentifierKey) =>
        oracle.customers.find(({ members }) => members.includes(key))?.members ?? []
      const reasons = Object.values(oracle.refused)
        .flat()
        .flatMap((pair) => whatStandsBetween(customerOf(pairOf(pair)[0]), customerOf(pairOf(pair)[1]), oracle.world))
      for (const reason of new Set(reasons)) note(reason)
      if (oracle.customers.some(({ members }) => members.length > 3)) note('more than three')
      const tenures = oracle.customers.flatMap((customer) => customer.tenures)
      if (tenures.some(({ until }) => until !== undefined)) note('changed hands')
      if (tenures.some(({ since, until }) => since !== undefined && until !== undefined)) note('changed hands twice')
    }
    // Three holders one after another are rare.
    expect(found.get('changed hands twice')).toBeGreaterThan(0)
    found.delete('changed hands twice')
    for (const [what, count] of found) expect(count, what).toBeGreaterThan(50)
    expect(found.size).toBe(13)
  })
})
