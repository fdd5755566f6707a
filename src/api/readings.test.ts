import { describe, expect, it } from 'vitest'
import { shippedPolicy } from '../../test/live.ts'
import { createPolicy } from '../identity/policy.ts'
import { barePaste, customerIdOf, readingsOf } from './readings.ts'

const policy = shippedPolicy()
const keysOf = (kind: string, value: string, scopes: readonly string[] = []) => {
  const readings = readingsOf(kind, value, { policy, scopes })
  return typeof readings === 'string' ? readings : readings.map(({ key }) => key)
}

describe('readingsOf', () => {
  it('reads an account with its scope first, then in every scope', () => {
    expect(keysOf('pos_account', 'pos:7', ['pos', 'till'])).toEqual([
      'pos_account:pos:7',
      'pos_account:pos:pos:7',
      'pos_account:till:pos:7',
    ])
    expect(keysOf('pos_account', '7', ['pos', 'till'])).toEqual(['pos_account:pos:7', 'pos_account:till:7'])
    expect(keysOf('pos_account', 'pos:7', ['pos'])[0]).toBe('pos_account:pos:7')
  })

  it('knows no account where no scope is known, and says so of none at all', () => {
    expect(keysOf('pos_account', ' ')).toBe('empty')
    expect(keysOf('pos_account', ' ', ['pos'])).toBe('empty')
    expect(keysOf('nonsense', 'x')).toBe('unknown_kind')
    expect(keysOf('toString', 'x')).toBe('unknown_kind')
  })

  it('reads a phone number as dialled in each country of the policy, its own first, and once where it names its country', () => {
    const two = createPolicy({
      defaultCountry: 'VN',
      kinds: { phone: { normaliser: 'phone' } },
      sources: { berlin: { country: 'DE' } },
    })
    const readings = readingsOf('phone', '030 123456', { policy: two, scopes: [] })
    expect(readings).toMatchObject([{ key: 'phone:+8430123456' }, { key: 'phone:+4930123456' }])
    expect(readingsOf('phone', '+84 912 345 671', { policy: two, scopes: [] })).toHaveLength(1)
  })
})

describe('barePaste', () => {
  it.each([
    ['  an@mail.vn ', 'an@mail.vn'],
    ['"An" <an@mail.vn>', 'an@mail.vn'],
    ['<an@mail.vn>,', '<an@mail.vn>'],
    ['MAILTO:an@mail.vn', 'an@mail.vn'],
    ['tel:+84 912', '+84 912'],
    ['“0912 345 678”', '0912 345 678'],
    ['(0912) 345', '0912) 345'],
    ['', ''],
  ])('%j', (text, bare) => {
    expect(barePaste(text)).toBe(bare)
  })
})

describe('customerIdOf', () => {
  const id = 'c_0123456789abcdefghjkmnpqrs'
  it('reads capitals, spaces around it, and letters that look like digits', () => {
    expect(customerIdOf(` ${id.toUpperCase()}\n`)).toBe(id)
    expect(customerIdOf('c_oI23456789abcdefghjkmnpqrs')).toBe(id)
    expect(customerIdOf('c_0l23456789abcdefghjkmnpqrs')).toBe(id)
  })
  it('reads nothing else', () => {
    for (const text of ['', 'c_', `${id}0`, id.slice(0, -1), id.slice(2), 'c_u123456789abcdefghjkmnpqrs', `x${id}`]) {
      expect(customerIdOf(text)).toBeUndefined()
    }
  })
})
