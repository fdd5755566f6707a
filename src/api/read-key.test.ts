import { describe, expect, it } from 'vitest'
import { shippedPolicy } from '../../test/live.ts'
import { BAD_INPUT } from './bad-input.ts'
import { readKey } from './read-key.ts'

const policy = shippedPolicy()

describe('the key of an identifier', () => {
  it.each([
    ['email:an@mail.vn', 'email:an@mail.vn'],
    [' email:An@Mail.vn ', 'email:an@mail.vn'],
    ['phone:+84868964818', 'phone:+84868964818'],
    ['phone:0868 964 818', 'phone:+84868964818'],
    ['crm_contact:crm:1001', 'crm_contact:crm:1001'],
    ['crm_contact:crm:10:01', 'crm_contact:crm:10:01'],
    ['loyalty_card:lc-12', 'loyalty_card:LC12'],
  ])('%s is read as %s', (text, key) => {
    expect(readKey(text, policy)).toBe(key)
  })

  it.each(['an@mail.vn', '', ':', 'email:', 'zalo:1', 'toString:1', 'phone:abc', 'crm_contact:1001', 'cookie:a\tb'])(
    '"%s" is none, and the error does not repeat it',
    (text) => {
      expect(() => readKey(text, policy)).toThrow(expect.objectContaining({ code: BAD_INPUT }))
      try {
        readKey(text, policy)
      } catch (error) {
        if (text.length > 2) expect((error as Error).message).not.toContain(text)
      }
    },
  )
})
