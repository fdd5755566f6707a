import { describe, expect, test } from 'vitest'
import { shippedPolicy } from '../../test/live.ts'
import { understand } from '../understand.ts'
import { sources } from './sources.ts'

const now = Date.UTC(2026, 5, 1)

function accepted(topic: string, body: object) {
  const mapping = sources.get(topic)
  if (mapping === undefined) throw new Error(topic)
  const result = understand(Buffer.from(JSON.stringify(body)), mapping, {
    policy: shippedPolicy(),
    recordedAt: now,
    now,
  })
  if (result.kind === 'dead_letter') return { refused: [result.reason, result.field] }
  const { observation, event } = result
  return { observation, event, keys: observation.identifiers.map(({ key }) => key) }
}

describe('web-click', () => {
  const click = { id: 'u1', at: '2026-05-01T10:00:00Z', cookie: 'ck-1', action: 'page_view' }

  test('an anonymous look at a product', () => {
    const { observation, event, keys } = accepted('web-click', { ...click, sku: 'S1', url: '/p/s1' })
    expect(observation).toMatchObject({ source: 'web', type: 'track', observedAt: Date.UTC(2026, 4, 1, 10) })
    expect(keys).toEqual(['cookie:ck-1'])
    expect(event).toMatchObject({
      name: 'Product Viewed',
      properties: { sku: 'S1', url: '/p/s1' },
      identifier: 'cookie:ck-1',
    })
  })

  test('a login: the event is the account holder’s, not the cookie’s', () => {
    const { observation, event, keys } = accepted('web-click', {
      ...click,
      action: 'login',
      userId: 'u7',
      email: 'An@mail.vn',
      phone: '',
    })
    expect(observation?.type).toBe('identify')
    expect(keys).toEqual(['cookie:ck-1', 'email:an@mail.vn', 'user_id:web:u7'])
    expect(event).toMatchObject({ name: 'Signed In', identifier: 'user_id:web:u7' })
  })

  test.each([
    ['add_to_cart', 'Product Added'],
    ['page_view', 'Page Viewed'],
    ['spun_the_wheel', 'Spun The Wheel'],
  ])('%s is called %s', (action, name) => expect(accepted('web-click', { ...click, action }).event?.name).toBe(name))

  test.each([
    [{ ...click, cookie: 7 }, ['wrong_type', '/cookie']],
    [{ ...click, at: undefined }, ['missing_field', '/at']],
    [{ ...click, at: '2026-13-01' }, ['impossible_date', undefined]],
    [{ ...click, cookie: ' ' }, ['no_identifier', undefined]],
  ])('refuses %j', (body, refused) => expect(accepted('web-click', body)).toEqual({ refused }))
})

describe('pos-sale', () => {
  const sale = {
    ...{
      saleId: 's1',
      soldAt: '2026-05-01T10:00:00Z',
      store: 'pos-7',
      account: 'pos-7-1a',
      total: 120000,
      currency: 'VND',
    },
    items: [{ sku: 'S1', quantity: 2, price: 60000 }],
  }

  test('a sale to somebody with a name, a card and a phone', () => {
    const { observation, event, keys } = accepted('pos-sale', {
      ...sale,
      customerName: 'An',
      phone: '0912 345 671',
      loyaltyCard: 'lc 12-3',
    })
    expect(keys).toEqual(['loyalty_card:LC123', 'phone:+84912345671', 'pos_account:pos:pos-7-1a'])
    expect(observation?.record).toMatchObject({
      key: 'pos:pos-7-1a',
      account: 'pos_account:pos:pos-7-1a',
      traits: { name: 'An' },
    })
    expect(event).toMatchObject({
      name: 'Order Completed',
      identifier: 'pos_account:pos:pos-7-1a',
      properties: { order_id: 's1', store: 'pos-7', total: 120000, currency: 'VND', products: sale.items },
    })
  })

  test('a sale to nobody in particular has no record', () => {
    expect(accepted('pos-sale', sale).observation).not.toHaveProperty('record')
  })

  test.each([
    [{ ...sale, total: '120000' }, ['wrong_type', '/total']],
    [{ ...sale, items: [{ sku: 'S1', quantity: 'two', price: 1 }] }, ['wrong_type', '/items/0/quantity']],
    [{ ...sale, items: [{}] }, ['missing_field', '/items/0/sku']],
  ])('refuses %j', (body, refused) => expect(accepted('pos-sale', body)).toEqual({ refused }))
})

describe('crm-contact', () => {
  const contact = { changeId: 'c1', changedAt: '2026-05-01T10:00:00Z', contactId: '1001' }

  test('a row: e-mail and phone are identifiers by being traits', () => {
    const body = {
      ...contact,
      fullName: 'An',
      email: 'a@b.vn',
      phone: '0912345671',
      birthday: '1990-02-14',
      city: 'Huế',
    }
    const { observation, event, keys } = accepted('crm-contact', body)
    expect(keys).toEqual(['crm_contact:crm:1001', 'email:a@b.vn', 'phone:+84912345671'])
    expect(observation?.type).toBe('record')
    expect(observation?.record?.traits).toMatchObject({ name: 'An', birthday: '1990-02-14', 'address.city': 'Huế' })
    expect(event).toBeUndefined()
  })

  test('a deleted row claims nothing', () => {
    const { observation, keys } = accepted('crm-contact', { ...contact, deleted: true, email: 'a@b.vn' })
    expect(observation).toMatchObject({ type: 'delete', record: { key: 'crm:1001', traits: {} } })
    expect(keys).toEqual(['crm_contact:crm:1001'])
  })

  test('refuses a contact without an id', () => {
    expect(accepted('crm-contact', { ...contact, contactId: '' })).toEqual({ refused: ['bad_record_id', undefined] })
  })
})

describe('loyalty-card', () => {
  const card = { changeId: 'c1', changedAt: '2026-05-01T10:00:00Z', cardNumber: 'VN001' }

  test('a card and its holder', () => {
    const { observation, keys } = accepted('loyalty-card', { ...card, holder: { name: 'An', phone: '0912345671' } })
    expect(keys).toEqual(['loyalty_card:VN001', 'phone:+84912345671'])
    expect(observation).toMatchObject({ source: 'loyalty', type: 'record', record: { account: 'loyalty_card:VN001' } })
  })

  test('a closed card', () => {
    expect(accepted('loyalty-card', { ...card, closed: true }).observation?.type).toBe('delete')
  })

  test('refuses a holder that is a list, by its field', () => {
    expect(accepted('loyalty-card', { ...card, holder: [] })).toEqual({ refused: ['wrong_type', '/holder'] })
  })
})
