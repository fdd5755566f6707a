import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiUnderTest, apiOver, SMALL_WORLD, SMALL_WORLD_IDS } from '../../test/api-under-test.ts'

let api: ApiUnderTest
beforeAll(async () => {
  api = await apiOver(SMALL_WORLD, { params: SMALL_WORLD_IDS })
})
afterAll(async () => await api?.close())

const { a, b, d, s } = SMALL_WORLD_IDS

/** The data of an answer that must be without errors. */
async function data(query: string, variables: object = {}) {
  const answer = await api.ask(query, variables)
  expect(answer.errors).toBeUndefined()
  return answer.data
}

describe('identifier(kind, value)', () => {
  const LOOK_UP =
    'query ($kind: Kind!, $value: String!) { identifier(kind: $kind, value: $value) { key customer { id } } }'
  const found = async (kind: string, value: string) => (await data(LOOK_UP, { kind, value })).identifier?.key ?? null

  it.each([
    ['phone', '+84 912 345 671', 'phone:+84912345671'],
    ['phone', '0912.345.671', 'phone:+84912345671'],
    ['phone', '(0912) 345-671', 'phone:+84912345671'],
    ['phone', '84912345671', 'phone:+84912345671'],
    ['phone', '0084 912 345 671', 'phone:+84912345671'],
    ['email', '  AN@Mail.VN ', 'email:an@mail.vn'],
    ['loyalty_card', 'lc 123-456', 'loyalty_card:LC123456'],
    ['pos_account', 'pos:pos-7-1', 'pos_account:pos:pos-7-1'],
    ['pos_account', 'pos-7-1', 'pos_account:pos:pos-7-1'],
    ['crm_contact', 'crm:1001', 'crm_contact:crm:1001'],
    ['crm_contact', 'crm2 : 1001', 'crm_contact:crm2:1001'],
    ['crm_contact', '2002', 'crm_contact:crm:2002'],
    ['crm_contact', '9999', null],
    ['phone', '0912 999 999', null],
    ['cookie', 'never-seen', null],
  ])('%s %s', async (kind, value, key) => {
    expect(await found(kind, value)).toBe(key)
  })

  it('asks for the scope where several have such an account', async () => {
    const { errors } = await api.ask(LOOK_UP, { kind: 'crm_contact', value: '1001' })
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      remedy: 'write scope:value, the scope one of crm, crm2',
    })
  })

  it.each([
    ['phone', 'call me', 'not a phone number'],
    ['email', 'nobody', 'not an e-mail address'],
    ['cookie', '  ', 'empty'],
    ['crm_contact', ' ', 'empty'],
    ['cookie', 'x'.repeat(600), 'longer than'],
  ])('says why %s %s is none', async (kind, value, why) => {
    const { errors } = await api.ask(LOOK_UP, { kind, value })
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    expect(errors?.[0]?.message).toContain(why)
    expect(errors?.[0]?.extensions.remedy).not.toBe('')
  })

  it('says which kinds there are', async () => {
    const { errors, status } = await api.ask('{ identifier(kind: emial, value: "x") { key } }')
    expect(status).toBe(400)
    expect(errors?.[0]?.message).toContain('Did you mean the enum value "email"')
  })
})

describe('identify(anything)', () => {
  const identified = async (anything: string) =>
    (await data('query ($anything: String!) { identify(anything: $anything) { key } }', { anything })).identify.map(
      ({ key }: { key: string }) => key,
    )

  it.each([
    ['0912 345 671', ['phone:+84912345671']],
    ['tel:+84912345671', ['phone:+84912345671']],
    ['mailto:An@mail.vn', ['email:an@mail.vn']],
    ['"Nguyễn Văn An" <an@mail.vn>', ['email:an@mail.vn']],
    ['an@mail.vn,', ['email:an@mail.vn']],
    ['email:an@mail.vn', ['email:an@mail.vn']],
    ['phone:0912345671', ['phone:+84912345671']],
    ['lc123456', ['loyalty_card:LC123456']],
    ['pos:pos-7-1', ['pos_account:pos:pos-7-1']],
    ['pos-7-1', ['pos_account:pos:pos-7-1']],
    ['pos_account:pos:pos-7-1', ['pos_account:pos:pos-7-1']],
    ['1001', ['crm_contact:crm2:1001', 'crm_contact:crm:1001', 'pos_account:till:1001']],
    [a, ['phone:+84912345671']],
    [b, ['phone:+84912345671']],
    [s, ['crm_contact:crm2:1001', 'phone:+84912345671']],
    [d, ['email:old@mail.vn']],
    ['nobody at all', []],
  ])('%s', async (text, keys) => {
    expect(await identified(text)).toEqual(keys)
  })

  it('says what is wrong with a text that can be nothing', async () => {
    const { errors } = await api.ask('{ identify(anything: " ") { key } }')
    expect(errors?.[0]).toMatchObject({ message: 'the value is empty', extensions: { code: 'BAD_USER_INPUT' } })
  })
})
