import { describe, expect, it } from 'vitest'
import { changedPolicy } from './changed-policy.ts'
import { createPolicy } from './policy.ts'

const policy = createPolicy({
  kinds: { phone: { sharedAbove: { email: 3, cookie: 20 } }, email: {}, cookie: {} },
  links: [{ kinds: ['phone', 'email'], probability: 0.91 }],
})

describe('a policy with some knobs turned', () => {
  it('is itself where none is', () => {
    const same = changedPolicy(policy, {})
    expect(same.hash).toBe(policy.hash)
    expect(same.linkProbability('email', 'phone')).toBe(0.91)
  })

  it('has what was turned, and everything else as it was', () => {
    const turned = changedPolicy(policy, { linkThreshold: 0.9, reviewThreshold: 0.6, maxBlock: 10 })
    expect(turned).toMatchObject({ linkThreshold: 0.9, reviewThreshold: 0.6, maxIdentifiers: policy.maxIdentifiers })
    expect(turned.matching).toEqual({ ...policy.matching, maxBlock: 10 })
    expect(turned.hash).not.toBe(policy.hash)
  })

  it('sets, adds and lifts limits of sharing', () => {
    const sharedAbove = [
      { kind: 'phone', neighbour: 'email', limit: 1 },
      { kind: 'phone', neighbour: 'cookie', limit: null },
      { kind: 'email', neighbour: 'phone', limit: 0 },
    ]
    const { kinds } = changedPolicy(policy, { sharedAbove })
    expect(kinds.phone?.sharedAbove).toEqual({ email: 1 })
    expect(kinds.email?.sharedAbove).toEqual({ phone: 0 })
    expect(policy.kinds.phone?.sharedAbove).toEqual({ email: 3, cookie: 20 })
  })

  it.each([
    ['a probability above 1', { linkThreshold: 1.5 }],
    ['a review threshold above that of links', { reviewThreshold: 0.99 }],
    ['blocks of one', { maxBlock: 1 }],
    ['a kind that is not declared', { sharedAbove: [{ kind: 'zalo_id', neighbour: 'email', limit: 1 }] }],
    ['a neighbour that is not declared', { sharedAbove: [{ kind: 'email', neighbour: 'zalo_id', limit: 1 }] }],
    ['a limit below none', { sharedAbove: [{ kind: 'email', neighbour: 'phone', limit: -1 }] }],
  ])('refuses %s, as a policy file would be', (_, change) => {
    expect(() => changedPolicy(policy, change)).toThrow(expect.objectContaining({ code: 'policy_invalid' }))
  })
})
