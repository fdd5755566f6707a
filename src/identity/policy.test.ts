import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, createPolicy, parsePolicy } from './policy.ts'

const shipped = readFileSync(new URL('../../ops/policy.yaml', import.meta.url), 'utf8')

describe('the policy that is shipped', () => {
  const policy = parsePolicy(shipped)

  test('declares the kinds of the contract', () => {
    const kinds = [
      'email',
      'phone',
      'loyalty_card',
      'cookie',
      'pos_account',
      'crm_contact',
      'device',
      'user_id',
      'national_id',
      'record',
    ]
    expect(Object.keys(policy.kinds)).toEqual(expect.arrayContaining(kinds))
    for (const kind of ['pos_account', 'crm_contact', 'user_id', 'record'])
      expect(policy.kinds[kind]?.account).toBe(true)
    expect(policy.sources.crm?.account).toBe('crm_contact')
    expect(policy.sources.pos?.account).toBe('pos_account')
    expect(policy.sources.loyalty?.account).toBe('loyalty_card')
  })

  test('lets a customer have any number of national ids', () => {
    expect(policy.kinds.national_id?.perCustomer).toBeNull()
  })

  test('has placeholders that are normal forms', () => {
    expect(policy.isPlaceholder('email', 'noreply@shop.example')).toBe(true)
    expect(policy.isPlaceholder('email', 'an@mail.vn')).toBe(false)
    expect(policy.isPlaceholder('phone', 'noreply@shop.example')).toBe(false)
  })
})

describe('what is no policy', () => {
  test.each([
    ['not YAML', 'kinds: [', /not YAML/],
    ['nothing', '', /not valid/],
    ['no object', '- kinds', /not valid/],
    ['no kinds', 'defaultCountry: VN', /kinds/],
    ['a word misspelt', 'kinds: {}\nmaxIdentifier: 3', /maxIdentifier/],
    ['a word misspelt in a kind', 'kinds: { email: { strenght: 0.9 } }', /kinds\.email/],
    ['a probability above 1', 'kinds: { email: { strength: 1.2 } }', /kinds\.email\.strength/],
    ['a probability of 0', 'kinds: { email: { strength: 0 } }', /kinds\.email\.strength/],
    ['a limit below 0', 'kinds: { email: { perCustomer: -1 } }', /kinds\.email\.perCustomer/],
    ['a limit with a fraction', 'kinds: { email: { sharedAbove: { email: 1.5 } } }', /sharedAbove\.email/],
    ['a kind with a colon', "kinds: { 'e:mail': {} }", /kinds/],
    ['a kind with capitals', 'kinds: { Email: {} }', /kinds/],
    ['a country by its name', 'kinds: {}\ndefaultCountry: Vietnam', /defaultCountry/],
    ['no normaliser of that name', 'kinds: { email: { normaliser: mail } }', /normaliser/],
    ['five bands', 'kinds: {}\nbands: [0.9, 0.8, 0.7, 0.6]', /bands/],
    ['a limit by a kind not declared', 'kinds: { email: { sharedAbove: { fax: 1 } } }', /fax/],
    ['a limit by a word that objects reserve', 'kinds: { email: { sharedAbove: { constructor: 1 } } }', /constructor/],
    ['a source about a kind not declared', 'kinds: {}\nsources: { crm: { account: fax } }', /fax/],
    [
      'a link of a kind not declared',
      'kinds: { email: {} }\nlinks: [{ kinds: [email, fax], probability: 0.9 }]',
      /fax/,
    ],
  ])('%s', (_, text, place) => {
    expect(() => parsePolicy(text)).toThrow(expect.objectContaining({ code: 'policy_invalid', retriable: false }))
    expect(() => parsePolicy(text)).toThrow(place)
  })
})

describe('probabilities', () => {
  const policy = createPolicy({
    kinds: { email: { strength: 0.95 }, cookie: { strength: 0.85 }, phone: { strength: 0.92 } },
    links: [{ kinds: ['email', 'cookie'], probability: 0.9 }],
    bands: [0.8, 0.97, 0.9],
  })

  test('of a link are those named for its two kinds, in either order, else the lesser strength', () => {
    expect(policy.linkProbability('email', 'cookie')).toBe(0.9)
    expect(policy.linkProbability('cookie', 'email')).toBe(0.9)
    expect(policy.linkProbability('phone', 'cookie')).toBe(0.85)
    expect(policy.linkProbability('email', 'email')).toBe(0.95)
  })

  test.each([
    [1, 0],
    [0.97, 0],
    [0.969999, 1],
    [0.9, 1],
    [0.8, 2],
    [0.799999, 3],
    [0, 3],
  ])('%d is in band %i, a bound in the one above it', (probability, band) =>
    expect(policy.band(probability)).toBe(band),
  )
})

describe('placeholders', () => {
  const isPlaceholder = (glob: string, value: string) =>
    createPolicy({ kinds: { email: { placeholders: [glob] } } }).isPlaceholder('email', value)

  test.each([
    ['a@b.c', 'a@b.c', true],
    ['a@b.c', 'a@bxc', false],
    ['a@b.c', 'xa@b.c', false],
    ['a@*', 'a@', true],
    ['a@*', 'a@b.c', true],
    ['a@*', 'ba@b.c', false],
    ['*@b.c', 'x@b.c', true],
    ['*@b.c', 'x@b.c.d', false],
    ['a*c*e', 'abcde', true],
    ['a*c*e', 'ace', true],
    ['a*c*e', 'aec', false],
    ['*', 'anything', true],
    ['*', '', true],
    ['**', 'anything', true],
    ['(a|b)*', '(a|b)c', true],
    ['(a|b)*', 'ac', false],
    ['[a-z]+*', '[a-z]+', true],
    ['[a-z]+*', 'abc', false],
    ['a.c*', 'a.c', true],
    ['a.c*', 'abc', false],
    ['^$\\*', '^$\\x', true],
    ['a{2}*?', 'a{2}?', true],
    ['a{2}*?', 'aa', false],
    ['*-*/*', 'x-y/z', true],
    ['*x', 'two\u2028linesx', true],
    ['A*', 'abc', false],
    ['khách*', 'khách lẻ', true],
  ])('%j covers %j: %s', (glob, value, covers) => expect(isPlaceholder(glob, value)).toBe(covers))

  test('cover only exactly the values that their plain parts frame', () => {
    const anyPart = fc.string({ unit: fc.constantFrom('a', 'b', '.', '+', '(', ')', '[', '\\', '^', '$', '|', '?') })
    fc.assert(
      fc.property(anyPart, anyPart, anyPart, (start, end, value) => {
        expect(isPlaceholder(`${start}*${end}`, value)).toBe(
          value.length >= start.length + end.length && value.startsWith(start) && value.endsWith(end),
        )
      }),
    )
  })

  test('of a kind not declared there are none', () => {
    for (const kind of ['fax', '__proto__', 'constructor']) {
      expect(createPolicy({ kinds: {} }).isPlaceholder(kind, 'x')).toBe(false)
    }
  })
})

test('a policy is frozen, down to its last limit', () => {
  const policy = createPolicy({ kinds: { email: { sharedAbove: { email: 1 } } } })
  const frozen = (value: unknown): boolean =>
    typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen))
  expect(frozen(policy)).toBe(true)
})

describe('the hash', () => {
  test('names what the policy says, not how it is written', () => {
    const one = parsePolicy('kinds: { email: { strength: 0.9 }, phone: {} }\nmaxIdentifiers: 200')
    const other = parsePolicy('# said otherwise\nkinds:\n  phone: { strength: 0.9 }\n  email: {}\n')
    expect(one.hash).toBe(other.hash)
    expect(parsePolicy('kinds: { email: { strength: 0.91 }, phone: {} }').hash).not.toBe(one.hash)
  })

  test('canonical JSON: equal values, equal texts', () => {
    expect(canonicalJson({ b: [2, { d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[2,{"c":null,"d":1}]}')
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse())
        expect(canonicalJson(reversed)).toBe(canonicalJson(value))
      }),
    )
  })
})
