import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isScope, MAX_VALUE_LENGTH, normalise } from './normalise.ts'
import { createPolicy } from './policy.ts'

const KINDS = {
  email: { normaliser: 'email' },
  phone: { normaliser: 'phone' },
  loyalty_card: { normaliser: 'card' },
  cookie: {},
  crm_contact: { account: true },
}
const policy = createPolicy({ kinds: KINDS })
const folding = createPolicy({ kinds: KINDS, foldEmails: true })

/** The normal form or the reason why there is none; read in Viet Nam, said by the CRM. */
function read(kind: string, value: string, over: { policy?: typeof policy; scope?: string; country?: string } = {}) {
  const normal = normalise(kind, value, { policy, scope: 'crm', country: 'VN', ...over })
  if (typeof normal === 'string') return normal
  expect(normal).toEqual({ kind, value: normal.value, key: `${kind}:${normal.value}` })
  return { value: normal.value }
}

describe('e-mail', () => {
  test.each([
    [' An.Nguyen+shop@Mail.VN\t', 'an.nguyen+shop@mail.vn'],
    // The same é, as one character and as two.
    ['jose\u0301@mail.vn', 'jos\u00e9@mail.vn'],
    ['JOSE\u0301@mail.vn', 'jos\u00e9@mail.vn'],
    ['nguyễn@tên-miền.vn', 'nguyễn@tên-miền.vn'],
    ['a@localhost', 'a@localhost'],
  ])('%j is %j', (value, normal) => expect(read('email', value)).toEqual({ value: normal }))

  test.each(['an.mail.vn', 'an@', '@mail.vn', 'an@b@mail.vn', 'an nguyen@mail.vn', 'an@mail .vn', '@'])(
    '%j is none',
    (value) => expect(read('email', value)).toBe('not_an_email'),
  )

  test.each([
    ['an.nguyen+shop@mail.vn', 'annguyen@mail.vn'],
    ['a.n+b+c@sub.mail.vn', 'an@sub.mail.vn'],
  ])('folded, %j is %j', (value, normal) =>
    expect(read('email', value, { policy: folding })).toEqual({ value: normal }),
  )

  test.each(['+shop@mail.vn', '..@mail.vn'])('folded, nothing remains of %j', (value) =>
    expect(read('email', value, { policy: folding })).toBe('not_an_email'),
  )
})

describe('phone', () => {
  test.each([
    '0912345678',
    '0912 345 678',
    '0912.345.678',
    '0912-345-678',
    '0912–345–678',
    '(0912) 345 678',
    '+84 912 345 678',
    '+84 (0) 912 345 678',
    '0084 912 345 678',
    '84912345678',
    '\u00a00912\u00a0345\u00a0678\u00a0',
  ])('%j is one number', (value) => expect(read('phone', value)).toEqual({ value: '+84912345678' }))

  test.each([
    ['+1 650-253-0000', 'VN', '+16502530000'],
    ['650-253-0000', 'US', '+16502530000'],
    ['0912345678', 'VN', '+84912345678'],
    ['020 7946 0958', 'GB', '+442079460958'],
  ])('%j dialled in %s is %s', (value, country, normal) =>
    expect(read('phone', value, { country })).toEqual({ value: normal }),
  )

  test.each([
    '09123 4567a',
    'O912345678',
    '0912345678 ext. 5',
    '0912345678/0987654321',
    '123',
    '+',
    '09',
    '1'.repeat(30),
    'no',
    '++84912345678',
  ])('%j is none', (value) => expect(read('phone', value)).toBe('not_a_phone'))

  test('of an unknown country is none, unless it says its own', () => {
    expect(read('phone', '0912345678', { country: 'XX' })).toBe('not_a_phone')
    expect(read('phone', '0912345678', { country: '__proto__' })).toBe('not_a_phone')
  })

  test('is read by the country each time, though readings are remembered', () => {
    expect(read('phone', '0612345678', { country: 'FR' })).toEqual({ value: '+33612345678' })
    expect(read('phone', '0612345678', { country: 'NL' })).toEqual({ value: '+31612345678' })
    expect(read('phone', '0612345678', { country: 'FR' })).toEqual({ value: '+33612345678' })
  })
})

describe('loyalty card', () => {
  test.each([
    ['lc-0012 34', 'LC001234'],
    ['LC\u201300\u201112\u00a034', 'LC001234'],
    ['đỏ-1', 'ĐỎ1'],
    ['e\u0301 1', '\u00c91'],
  ])('%j is %j', (value, normal) => expect(read('loyalty_card', value)).toEqual({ value: normal }))

  test('of hyphens only is empty', () => expect(read('loyalty_card', ' - - ')).toBe('empty'))
})

describe('all other kinds are opaque', () => {
  test.each([
    ['  AbC 1-2 ', 'AbC 1-2'],
    ['a:b|c', 'a:b|c'],
    ['🛒', '🛒'],
    ['__proto__', '__proto__'],
  ])('%j is %j', (value, normal) => expect(read('cookie', value)).toEqual({ value: normal }))
})

describe('accounts', () => {
  test('are scoped, so that two CRMs may both have a contact 1001', () => {
    expect(read('crm_contact', ' 1001 ')).toEqual({ value: 'crm:1001' })
    expect(read('crm_contact', '1001', { scope: 'crm2' })).toEqual({ value: 'crm2:1001' })
    expect(read('crm_contact', 'a:b')).toEqual({ value: 'crm:a:b' })
  })

  test('need a scope that cannot be mistaken for a part of the value', () => {
    for (const scope of ['', 'a:b', 'a|b', ' a', 'a\nb', '\ud800'])
      expect(read('crm_contact', '1', { scope })).toBe('bad_scope')
    // Other kinds have no use for it.
    expect(read('cookie', '1', { scope: 'a:b' })).toEqual({ value: '1' })
  })

  test.each(['crm', 'pos-7', 'Cửa hàng 1', 'eu.crm/2', 'a@b', 'x'.repeat(128), '7'])('%j is a scope', (name) =>
    expect(isScope(name)).toBe(true),
  )
  test.each(['', '-', ' crm', 'a:b', 'a|b', 'a\tb', 'a\n', '\u0000', 'x'.repeat(129), 'a\ud800'])(
    '%j is none',
    (name) => expect(isScope(name)).toBe(false),
  )
})

describe('what is no identifier of any kind', () => {
  test.each(['', ' ', '\t\n', '\u00a0', '\ufeff'])('%j is empty', (value) => {
    for (const kind of Object.keys(KINDS)) expect(read(kind, value)).toBe('empty')
  })

  test.each(['\ud800', 'a\udc00b', '\udfffx@mail.vn', 'a\u0000b', 'a\tb', 'a\nb', '\u007f', 'a\u0085b', '\u001bx'])(
    '%j is not well formed',
    (value) => {
      for (const kind of Object.keys(KINDS)) expect(read(kind, value)).toBe('not_well_formed')
    },
  )

  test.each(['fax', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'Email', 'email '])(
    'the kind %j is not declared',
    (kind) => expect(read(kind, 'x')).toBe('unknown_kind'),
  )

  test('is longer than an index key may be', () => {
    expect(read('cookie', 'x'.repeat(MAX_VALUE_LENGTH))).toEqual({ value: 'x'.repeat(MAX_VALUE_LENGTH) })
    expect(read('cookie', 'x'.repeat(MAX_VALUE_LENGTH + 1))).toBe('too_long')
    // Grown by its own normal form: three capitals for one letter.
    expect(read('loyalty_card', '\u0390'.repeat(MAX_VALUE_LENGTH))).toBe('too_long')
    expect(read('cookie', ` ${'x'.repeat(MAX_VALUE_LENGTH)} `)).toEqual({ value: 'x'.repeat(MAX_VALUE_LENGTH) })
  })
})

test('no text makes it throw, and a normal form is its own normal form', () => {
  const anyValue = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.emailAddress(),
    fc.stringMatching(/^[+0-9() .-]{8,16}$/),
    fc.stringMatching(/^[A-Za-z0-9+. -]{1,12}@[A-Za-z0-9.]{1,12}$/),
    fc.string({
      unit: fc.constantFrom('a', '-', ' ', 'ß', 'İ', 'ﬁ', 'e\u0301', '\u0301', '\ud800', '\u0000', '@', '+', '.'),
    }),
  )
  fc.assert(
    fc.property(
      fc.constantFrom('email', 'phone', 'loyalty_card', 'cookie'),
      anyValue,
      fc.boolean(),
      (kind, value, fold) => {
        const over = { policy: fold ? folding : policy }
        const normal = read(kind, value, over)
        if (typeof normal !== 'string') expect(read(kind, normal.value, over)).toEqual(normal)
      },
    ),
    { numRuns: 3000 },
  )
})
