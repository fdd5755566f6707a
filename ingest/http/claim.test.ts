import { describe, expect, test } from 'vitest'
import { createPolicy } from '../../src/identity/policy.ts'
import { shippedPolicy } from '../../test/live.ts'
import { claimOf } from './claim.ts'
import type { SegmentEvent } from './segment-event.ts'

const EVERY = ['user_id', 'cookie', 'email', 'phone', 'device', 'record']
const policy = shippedPolicy()

function claim(event: SegmentEvent, kinds: readonly string[] = EVERY, source = 'shop') {
  const { message, leftOut } = claimOf(event, {
    ...{ policy, messageId: 'm1', observedAt: '2026-05-01T10:00:00.000Z' },
    key: { source, kinds },
  })
  const identifiers = message.identifiers.map(({ kind, value }) => `${kind}:${value}`)
  return { ...message, identifiers, leftOut }
}

describe('an identify call', () => {
  const identify: SegmentEvent = {
    type: 'identify',
    ...{ userId: 'u7', anonymousId: 'ck-1' },
    traits: { email: 'an@mail.vn', phone: '0912 345 671', name: 'An', address: { city: 'Huế' } },
  }

  test('describes the source’s record of that user, whose contacts are identifiers by standing there', () => {
    expect(claim(identify)).toEqual({
      ...{ messageId: 'shop:m1', source: 'shop', type: 'identify', observedAt: '2026-05-01T10:00:00.000Z' },
      identifiers: ['user_id:u7', 'cookie:ck-1'],
      record: { id: 'u7', traits: identify.traits },
      leftOut: [],
    })
  })

  test('with contacts alone needs no record', () => {
    const { identifiers, record } = claim({ ...identify, traits: { email: 'an@mail.vn', phone: 84912345671 } })
    expect(record).toBeUndefined()
    expect(identifiers).toEqual(['user_id:u7', 'email:an@mail.vn', 'phone:84912345671', 'cookie:ck-1'])
  })

  test('by a key that may not claim contacts joins none, by no name', () => {
    const traits = { ...identify.traits, mobile: '0912 345 672', work: { Email: 'b@mail.vn', title: 'cook' } }
    const { identifiers, record, leftOut } = claim({ ...identify, traits }, ['user_id', 'cookie', 'record'])
    expect(identifiers).toEqual(['user_id:u7', 'cookie:ck-1'])
    expect(record?.traits).toEqual({ name: 'An', address: { city: 'Huế' }, work: { title: 'cook' } })
    expect(leftOut).toEqual([
      { reason: 'kind_not_allowed', kind: 'email' },
      { reason: 'kind_not_allowed', kind: 'phone' },
    ])
  })

  test('by a key that may not claim records brings no traits: what is alike is linked', () => {
    const { record, leftOut } = claim(identify, ['user_id', 'cookie', 'email', 'phone'])
    expect(record).toBeUndefined()
    expect(leftOut).toEqual([{ reason: 'traits_not_allowed', kind: 'record' }])
  })

  test('the record is of the kind that the policy names for the source, and the key must claim that', () => {
    expect(claim(identify, EVERY, 'crm').leftOut).toEqual([{ reason: 'traits_not_allowed', kind: 'crm_contact' }])
    expect(claim(identify, [...EVERY, 'crm_contact'], 'crm').record?.id).toBe('u7')
  })

  test('of nobody in particular says that its traits were not kept', () => {
    const { record, identifiers, leftOut } = claim({ ...identify, userId: null })
    expect([record, identifiers]).toEqual([undefined, ['email:an@mail.vn', 'phone:0912 345 671', 'cookie:ck-1']])
    expect(leftOut).toEqual([{ reason: 'traits_without_user_id' }])
  })
})

describe('other calls', () => {
  test('a track call is an event of its customer, found by what the context says too', () => {
    const event: SegmentEvent = {
      ...{ type: 'track', event: 'Order Completed', userId: 42, properties: { total: 7 } },
      context: {
        traits: { email: 'an@mail.vn' },
        device: { id: 'd1', advertisingId: '00000000-0000-0000-0000-000000000000' },
      },
    }
    const { identifiers, type, ...rest } = claim(event)
    expect([identifiers, type]).toEqual([['user_id:42', 'email:an@mail.vn', 'device:d1'], 'track'])
    expect(rest.event).toEqual({ name: 'Order Completed', properties: { total: 7 } })
  })

  test.each([
    ['page', 'Page Viewed'],
    ['screen', 'Screen Viewed'],
  ] as const)('a %s call is called %s, its own name a property', (type, name) => {
    const { event } = claim({ type, userId: 'u7', name: 'Home', category: '', properties: { url: '/' } })
    expect(event).toEqual({ name, properties: { url: '/', name: 'Home' } })
  })

  test('a group call names no customer by its group or the group’s traits', () => {
    const { identifiers, record, event } = claim({
      ...{ type: 'group', userId: 'u7', groupId: 'g1', traits: { email: 'office@firm.vn', name: 'Firm' } },
    })
    expect([identifiers, record]).toEqual([['user_id:u7'], undefined])
    expect(event).toEqual({
      name: 'Group Joined',
      properties: { group_id: 'g1', traits: { email: 'office@firm.vn', name: 'Firm' } },
    })
  })

  test('an alias is two ids of one user, and no event', () => {
    const { identifiers, event, type } = claim({ type: 'alias', userId: 'u7', previousId: 'old-7' })
    expect([identifiers, event, type]).toEqual([['user_id:u7', 'user_id:old-7'], undefined, 'identify'])
  })

  test('an alias of what looks like an anonymous id takes it as both', () => {
    const previousId = '1f0c3c1a-9f8e-4e0e-9d0a-0a6b0f7c1d2e'
    expect(claim({ type: 'alias', userId: 'u7', previousId }).identifiers).toEqual([
      ...['user_id:u7', `user_id:${previousId}`, `cookie:${previousId}`],
    ])
  })
})

test('what lies in the context of a batch counts where an event does not say otherwise', () => {
  const context = { traits: { email: 'an@mail.vn' }, device: { id: 'd1' } }
  const { message } = claimOf(
    { type: 'track', event: 'X', context: { traits: { email: 'b@mail.vn' } } },
    { context, policy, messageId: 'm1', observedAt: '', key: { source: 'shop', kinds: EVERY } },
  )
  expect(message.identifiers).toEqual([
    { kind: 'email', value: 'b@mail.vn' },
    { kind: 'device', value: 'd1' },
  ])
})

test('a trait that the policy declares a phone is one', () => {
  const declaring = createPolicy({ kinds: policy.kinds, matching: { traits: { zalo: 'phone' } } })
  const { message } = claimOf(
    { type: 'identify', userId: 'u7', traits: { zalo: '0912345671', name: 'An' } },
    { policy: declaring, messageId: 'm1', observedAt: '', key: { source: 'shop', kinds: ['user_id', 'record'] } },
  )
  expect(message.record?.traits).toEqual({ name: 'An' })
})
